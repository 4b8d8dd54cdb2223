import { describe, expect, it } from 'vitest';
import { checkUrl, guardedFetch, isPublicAddress } from './guardedFetch.ts';

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8'])('knows %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00::1',
    '2002:7f00:1::',
    'not an address',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

it.each([
  'http://idp.example/',
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://user:secret@idp.example/',
  'file:///etc/passwd',
])('asks nothing of %s', (address) => {
  expect(() => checkUrl(address, { loopback: false })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});

it('judges a name by the address it stands for, where the socket is opened', async () => {
  await expect(guardedFetch({ loopback: false })('https://localhost:9/', {})).rejects.toThrow(/public internet/);
});
