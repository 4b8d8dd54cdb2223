import { describe, expect, it } from 'vitest';
import { readOscalCatalog } from './oscalCatalog.ts';

const metadata = { title: 'Own', version: '1', 'oscal-version': '1.1.2' };
const uuid = '0470d39a-3e02-4bff-82cf-676d522c1554';
const catalog = (rest: object) => ({ catalog: { uuid, metadata, ...rest } });

describe('readOscalCatalog', () => {
  it('reads groups, controls and enhancements at any depth, labels as references', () => {
    const { framework, withdrawn } = readOscalCatalog(
      catalog({
        groups: [
          {
            id: 'ac',
            title: 'Access',
            controls: [
              {
                id: 'ac-1',
                title: 'Policy',
                props: [
                  { name: 'label', value: 'AC-01', class: 'zero-padded' },
                  { name: 'label', value: 'AC-1' },
                ],
                controls: [{ id: 'ac-1.1', title: 'Enhanced' }],
              },
              { id: 'ac-2', title: 'Gone', props: [{ name: 'status', value: 'withdrawn' }] },
            ],
            groups: [{ title: 'Inner', controls: [{ id: 'x(1)', title: '' }] }],
          },
        ],
        controls: [{ id: 'loose', title: 'Loose' }],
      }),
      'own',
    );
    expect(framework.controls.map(({ id, ref, parent, kind }) => [id, ref, parent, kind])).toEqual([
      ['own-loose', 'loose', null, 'control'],
      ['own-ac', 'AC', null, 'group'],
      ['own-ac-1', 'AC-1', 'own-ac', 'control'],
      ['own-ac-1.1', 'ac-1.1', 'own-ac-1', 'control'],
      ['own-ac-group-1', 'Inner', 'own-ac', 'group'],
      ['own-x-1', 'x(1)', 'own-ac-group-1', 'control'],
    ]);
    expect(withdrawn).toEqual(['ac-2']);
  });

  it.each([
    ['no object', 7, 'Not an OSCAL catalog'],
    ['another document', { profile: {} }, 'catalog'],
    ['no controls', catalog({}), 'no control'],
    ['a control without a title', catalog({ controls: [{ id: 'a' }] }), 'catalog.controls.0.title'],
    [
      'one id twice',
      catalog({
        controls: [
          { id: 'a', title: 'A' },
          { id: 'a', title: 'B' },
        ],
      }),
      'own-a stands twice',
    ],
  ])('refuses %s in words', (_name, document, words) => {
    expect(() => readOscalCatalog(document, 'own')).toThrow(words);
  });

  it('refuses one that nests without end', () => {
    let control: object = { id: 'c0', title: 'c' };
    for (let i = 1; i < 20; i++) control = { id: `c${i}`, title: 'c', controls: [control] };
    expect(() => readOscalCatalog(catalog({ controls: [control] }), 'own')).toThrow('deeper than 8');
  });
});
