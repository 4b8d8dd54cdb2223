/** Text of a foreign role catalogue to values: a JSON array or object, JSON lines, or YAML documents. */
import { parseAllDocuments } from 'yaml';
import { AppError } from '../../shared/errors.ts';
import { type Json, parseStrict } from '../../shared/json/index.ts';
import { type ImportedRoles, importGcpRoles, importKubernetesRoles } from '../../shared/rbac/index.ts';

export const IMPORT_FORMATS = ['gcp', 'kubernetes'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** YAML is read some hundred times slower than JSON. */
const YAML_CHARS_MAX = 4 * 1024 * 1024;
const ALIASES_MAX = 1_000;

function parseLines(text: string): Json[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [parseStrict(line)];
    } catch (error) {
      throw new AppError('INPUT_INVALID', `Line ${i + 1} is not JSON.`, undefined, error);
    }
  });
}

function parseJson(text: string): Json[] {
  let value: Json;
  try {
    value = parseStrict(text);
  } catch {
    return parseLines(text);
  }
  if (Array.isArray(value)) return [...value];
  // As `roles.list` answers.
  if (typeof value === 'object' && value !== null && 'roles' in value && Array.isArray(value.roles)) {
    return [...value.roles];
  }
  return [value];
}

function parseYaml(text: string): unknown[] {
  if (text.length > YAML_CHARS_MAX) throw new AppError('INPUT_INVALID', 'YAML of this size is not read; send JSON.');
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, i) => {
    const fault = document.errors[0];
    if (fault) throw new AppError('INPUT_INVALID', `YAML document ${i + 1}: ${fault.message.split('\n', 1)[0]}`);
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: ALIASES_MAX });
    } catch (error) {
      throw new AppError('INPUT_INVALID', `YAML document ${i + 1} cannot be read.`, undefined, error);
    }
    if (value === null || value === undefined) return [];
    return Array.isArray(value) ? value : [value];
  });
}

/** Roles of the text. Throws INPUT_INVALID naming the place of what cannot be read, and where there is no role at all. */
export function parseRoles(format: ImportFormat, text: string): ImportedRoles {
  const body = text.replace(/^\uFEFF/, '').trim();
  const values = body.startsWith('[') || body.startsWith('{') ? parseJson(body) : parseYaml(body);
  const read = format === 'gcp' ? importGcpRoles(values) : importKubernetesRoles(values);
  if (read.roles.length === 0) throw new AppError('INPUT_INVALID', 'There is no role in it.');
  return read;
}
