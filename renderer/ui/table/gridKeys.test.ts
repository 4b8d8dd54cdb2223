import { describe, expect, it } from 'vitest';
import { gridCommand } from './gridKeys.ts';

const press = (name: string, onHead = false) => {
  const parts = name.split('+');
  return gridCommand(
    { key: parts.at(-1)!, shiftKey: parts.includes('Shift'), ctrlKey: parts.includes('Ctrl'), metaKey: false },
    onHead,
    20,
  );
};

describe('grid keys', () => {
  it('moves by rows, pages and to both ends', () => {
    expect(press('ArrowDown')).toEqual({ kind: 'move', rows: 1, cols: 0, extend: false });
    expect(press('PageUp')).toEqual({ kind: 'move', rows: -20, cols: 0, extend: false });
    expect(press('End')).toEqual({ kind: 'goto', row: 'last', col: 'same', extend: false });
    expect(press('Ctrl+Home')).toEqual({ kind: 'goto', row: 'first', col: 'first', extend: false });
  });
  it('extends the selection with Shift, but not from the head', () => {
    expect(press('Shift+ArrowUp')).toEqual({ kind: 'move', rows: -1, cols: 0, extend: true });
    expect(press('Shift+PageDown')).toEqual({ kind: 'move', rows: 20, cols: 0, extend: true });
    expect(press('Shift+ArrowDown', true)).toEqual({ kind: 'move', rows: 1, cols: 0, extend: false });
  });
  it('resizes and reorders a column from its head', () => {
    expect(press('Shift+ArrowLeft', true)).toEqual({ kind: 'resize', by: -8 });
    expect(press('Ctrl+ArrowRight', true)).toEqual({ kind: 'reorder', by: 1 });
    expect(press('Shift+ArrowLeft')).toEqual({ kind: 'move', rows: 0, cols: -1, extend: false });
  });
  it('takes Space as sort on the head and as selection on a row', () => {
    expect([press(' ', true), press(' '), press('Enter')]).toEqual([
      { kind: 'press' },
      { kind: 'toggle' },
      { kind: 'press' },
    ]);
  });
  it('leaves letters to the screen', () => {
    expect([press('j'), press('c'), press('a'), press('Escape')]).toEqual([null, null, null, null]);
  });
});
