/** Repositories and entities of TypeORM. */
import * as shared from '../orm/repositories.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import type { Source } from '../values.ts';
import { PACKAGES } from './tables.ts';

export const LAYER = 'typeorm';

const form: shared.RepositoryForm = { layer: LAYER, packages: PACKAGES, classes: /^(?:Tree|Mongo|Abstract)?Repository$/ };

/** The entity whose repository an expression is. */
export const repositoryOf = (source: Source, context: AccessContext): MappedModel | null => shared.repositoryOf(source, { form, context });
/** The model an expression names. */
export const entityOf = (source: Source, context: AccessContext): MappedModel | null => shared.entityOf(source, { form, context });
/** The model a text names. */
export const entityNamed = (source: Source, context: AccessContext): MappedModel | null => shared.entityNamed(source, { form, context });
