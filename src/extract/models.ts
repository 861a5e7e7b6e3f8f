/**
 * Reads the models that one revision's code declares.
 * Input: a code reader, the layers that the manifests name, the databases. Output: Models.
 */
import { type LayerDrafts, linkModels, NO_MODELS } from '../access/models.ts';
import type { AccessLayer, DatabaseView, Models } from '../access/types.ts';
import type { Modules } from '../code/types.ts';
import type { CodeReader } from './code.ts';

/** The layers one of whose packages a manifest names; all of them where there is no manifest to tell. */
export const usedLayers = (layers: readonly AccessLayer[], manifests: readonly string[]): readonly AccessLayer[] =>
  layers.filter(({ packages, mapping }) => {
    const names = packages ?? mapping?.packages;
    return manifests.length === 0 || !names || names.some((name) => manifests.some((text) => text.includes(name)));
  });

/** All models, joined with the schema. */
export async function readModels(
  reader: Pick<CodeReader, 'candidates' | 'read'>,
  layers: readonly AccessLayer[],
  databases: readonly DatabaseView[],
): Promise<Models> {
  if (databases.length === 0) return NO_MODELS;
  const found: LayerDrafts[] = [];
  let known: Modules | null = null;
  for (const { name, mapping } of layers) {
    if (!mapping) continue;
    const files = await reader.candidates(mapping.clues);
    const drafts = await reader.read(files, (module, modules) => {
      known = modules;
      return mapping.read(module, modules);
    });
    found.push({ layer: name, drafts: [...drafts.values()].flat() });
  }
  return known ? linkModels(found, databases, known) : NO_MODELS;
}
