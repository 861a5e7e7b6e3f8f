/** `dropgate flags` and what belongs to it. */
import type { AddCommand } from '../command.ts';
import { addListing } from './flags-list.ts';

export const flagsCommand: AddCommand = (program, io, done) => {
  addListing(program.command('flags'), io, done);
};
