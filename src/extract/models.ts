/**
 * Reads the models that one revision's code declares.
 * Input: a code reader, the layers, the databases, texts of the manifests. Output: Models. Files are looked for only where
 * a manifest names a package of the layer, or where there is no manifest to tell.
 */
import { type LayerDrafts, linkModels, NO_MODELS } from '../access/models.ts';
import type { AccessLayer, DatabaseView, Models } from '../access/types.ts';
import type { Modules } from '../code/types.ts';
import type { CodeReader } from './code.ts';

/** All models, joined with the schema. */
export async function readModels(
  reader: Pick<CodeReader, 'candidates' | 'read'>,
  layers: readonly AccessLayer[],
  databases: readonly DatabaseView[],
  manifests: readonly string[],
): Promise<Models> {
  if (databases.length === 0) return NO_MODELS;
  const found: LayerDrafts[] = [];
  let known: Modules | null = null;
  for (const { name, mapping } of layers) {
    const isUsed = mapping?.packages.some((p) => manifests.length === 0 || manifests.some((text) => text.includes(`"${p}"`)));
    if (!mapping || !isUsed) continue;
    const files = await reader.candidates(mapping.clues);
    const drafts = await reader.read(files, (module, modules) => {
      known = modules;
      return mapping.read(module, modules);
    });
    found.push({ layer: name, drafts: [...drafts.values()].flat() });
  }
  return known ? linkModels(found, databases, known) : NO_MODELS;
}
