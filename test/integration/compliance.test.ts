/** Frameworks, crosswalk, modes and OSCAL catalogs through the contract. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetOf } from '../../shared/compliance/modes.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';

const REAL = fileURLToPath(
  new URL(
    '../../../shared/data/compliance-nist-oscal/NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog-min.json',
    import.meta.url,
  ),
);

let folder: ReturnType<typeof temporaryFolder>;
let app: TestConsole;
beforeAll(async () => {
  folder = temporaryFolder();
  app = openConsoleApp(join(folder.path, 'data'));
  await app.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
});
afterAll(async () => {
  await app.app.close();
  folder.remove();
});

describe('compliance', () => {
  it('lists the frameworks with preset and law beside each other', async () => {
    const list = await app.call('compliance.frameworks', {});
    expect(list.map(({ id, controls }) => [id, controls])).toEqual([
      ['soc2', 61],
      ['hipaa', 48],
      ['gdpr', 29],
      ['pci-dss', 41],
      ['ccpa', 14],
    ]);
    const hipaa = list.find(({ id }) => id === 'hipaa')!.preset;
    expect([hipaa.sketch.audit_log_retention, hipaa.retention.min, hipaa.retention.citation]).toEqual([
      'P1825D',
      'P6Y',
      '45 CFR 164.316(b)(2)(i)',
    ]);
  });

  it('shows of each control which checks support it and what it has to do with, and why', async () => {
    const { controls } = await app.call('compliance.framework', { id: 'pci-dss' });
    const mfa = controls.find(({ ref }) => ref === '8.4.2')!;
    expect(mfa.checks.map(({ id }) => id)).toEqual(['ACC-01']);
    expect(mfa.related).toContainEqual({
      ...{ controlId: 'hipaa-164.312-d', framework: 'hipaa', ref: '164.312(d)', relation: 'subset-of' },
      ...{ reason: 'A second factor is one way to authenticate a person.', checks: ['ACC-01'] },
    });
    await expect(app.call('compliance.framework', { id: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says what several modes come to, and refuses what is below law', async () => {
    const mode = (framework: string) => ({ framework, settings: presetOf(framework).sketch });
    const { faults, effective } = await app.call('compliance.modes', { modes: [mode('hipaa'), mode('ccpa')] });
    expect(faults.map(({ framework, path, refused }) => [framework, path, refused])).toEqual([
      ['hipaa', 'audit_log_retention', true],
      ['ccpa', 'audit_log_retention', true],
    ]);
    expect(effective).toMatchObject({ audit_log_retention: 'P1825D', data_residency: ['us'], mfa_required: true });
    expect(await app.call('compliance.modes', { modes: [] })).toEqual({ faults: [], effective: null });
  });

  it('reads an OSCAL catalog from a file, and says what is wrong with one', async () => {
    const write = (name: string, text: string): string => {
      const path = join(folder.path, name);
      writeFileSync(path, text);
      return path;
    };
    const read = (path: string) => app.call('compliance.readCatalog', { path, id: 'own' });
    const catalog = {
      uuid: '0470d39a-3e02-4bff-82cf-676d522c1554',
      metadata: { title: 'Own', version: '1', 'oscal-version': '1.1.2' },
      controls: [{ id: 'a-1', title: 'First' }],
    };
    const { framework } = await read(write('own.json', JSON.stringify({ catalog })));
    expect(framework).toMatchObject({ id: 'own', title: 'Own', controls: [{ id: 'own-a-1', ref: 'a-1' }] });
    const code = (name: string, text: string) => read(write(name, text)).catch((error: { code: string }) => error.code);
    expect(await code('text.json', 'not json')).toBe('INPUT_INVALID');
    expect(await code('large.json', ' '.repeat(8 * 1024 * 1024 + 1))).toBe('INPUT_INVALID');
    await expect(read(join(folder.path, 'absent.json'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(read('relative.json')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.skipIf(!existsSync(REAL))('loads the NIST SP 800-53 moderate baseline whole (real data)', async () => {
    const { framework } = await app.call('compliance.readCatalog', { path: REAL, id: 'nist' });
    expect(framework.controls.filter(({ kind }) => kind === 'control')).toHaveLength(287);
  });
});
