import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock, fromClf } from './clock.ts';
import type { ReaderOptions, Sink } from './entry.ts';
import { serviceName } from './entry.ts';
import { METRIC_FORMATS, metricFormat } from './formats.ts';
import { isUp } from './status.ts';

const UTC: ReaderOptions = { zone: 'UTC', requestTime: null };

function read(format: string, records: readonly string[], options: Partial<ReaderOptions> = {}) {
  const taken: unknown[] = [];
  const sink: Sink = {
    sample: (at, us, failed) => taken.push([at, us, failed]),
    check: (service, at, up, us) => taken.push([service, at, up, us]),
  };
  const reader = metricFormat(format)!.open(records, { ...UTC, ...options });
  const refused = [...records.map((record) => reader.take(record, sink)), reader.end(sink)].filter(
    (why) => why !== null,
  );
  return { taken, refused, notes: reader.notes() };
}
const detected = (...head: string[]): string | null => METRIC_FORMATS.find((one) => one.detect(head))?.id ?? null;

const AT = Date.UTC(2015, 4, 17, 10, 5, 3);
const CLF = '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 203023';

describe('access logs', () => {
  it.each([
    ['common', CLF, [AT, null, false]],
    ['combined', `${CLF} "-" "Mozilla/5.0 (X11) \\"quoted\\""`, [AT, null, false]],
    ['an offset', CLF.replace('10:05:03 +0000', '02:35:03 -0730'), [AT, null, false]],
    [
      'a user with blanks and IPv6',
      `::1 - Jane Q Doe [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 503 -`,
      [AT, null, true],
    ],
    ['a virtual host before', `example.org:443 ${CLF} "-" "curl"`, [AT, null, false]],
    ['an ISO time', CLF.replace('17/May/2015:10:05:03 +0000', '2015-05-17T12:05:03+02:00'), [AT, null, false]],
    ['no request', `10.0.0.1 - - [17/May/2015:10:05:03 +0000] "-" 408 0`, [AT, null, false]],
  ])('reads %s', (_what, line, sample) => {
    expect(detected(line)).toBe('access-log');
    expect(read('access-log', [line])).toEqual({ taken: [sample], refused: [], notes: [] });
  });

  it('reads the request time only when its unit is said', () => {
    const nginx = `${CLF} "-" "curl" 0.123 0.120 .`;
    const apache = `${CLF} "-" "curl" 512 4096 123456`;
    const named = `${CLF} "-" "curl" rt=0.007 uct="0.001"`;
    const quoted = `${CLF} "-" "curl" "10.1.1.1" "0.250"`;
    const time = (line: string, unit: 's' | 'us' | 'ms', last = false) =>
      read('access-log', [line], { requestTime: { unit, last } }).taken;
    expect(time(nginx, 's')).toEqual([[AT, 123_000, false]]);
    expect(time(apache, 'us', true)).toEqual([[AT, 123_456, false]]);
    expect(time(named, 's')).toEqual([[AT, 7_000, false]]);
    expect(time(quoted, 's')).toEqual([[AT, 250_000, false]]);
    expect(time(`${CLF} "-" "curl 7.1"`, 's')).toEqual([[AT, null, false]]);
    expect(read('access-log', [nginx, CLF])).toMatchObject({
      taken: [
        [AT, null, false],
        [AT, null, false],
      ],
      notes: ['1 lines end with a number that was not read: --request-time says its unit'],
    });
    expect(read('access-log', [CLF], { requestTime: { unit: 's', last: false } }).notes).toEqual([
      '1 lines without a request time',
    ]);
  });

  it.each([
    ['words', 'not a line of an access log'],
    [`${CLF} "-" "cut off`, 'a text in quotes does not end'],
    [CLF.replace('17/May', '31/Apr'), 'not a time: 31/Apr/2015:10:05:03 +0000'],
    [CLF.replace('10:05', '25:05'), 'not a time: 17/May/2015:25:05:03 +0000'],
  ])('refuses %s', (line, why) => {
    expect(read('access-log', [line])).toMatchObject({ taken: [], refused: [why] });
  });
});

describe('JSON access logs', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  it.each([
    ['nginx', { time_iso8601: '2026-01-02T04:04:05+01:00', status: '502', request_time: '0.250' }, [at, 250_000, true]],
    ['nginx msec', { msec: `${at / 1000}.007`, status: 200, request_time: '0.001' }, [at + 7, 1_000, false]],
    [
      'Caddy',
      {
        level: 'info',
        ts: at / 1000 + 0.5,
        logger: 'http.log.access',
        request: { method: 'GET' },
        duration: 0.0012,
        status: 404,
      },
      [at + 500, 1_200, false],
    ],
    [
      'Traefik',
      { StartUTC: '2026-01-02T03:04:05.25Z', DownstreamStatus: 500, Duration: 12_345_678 },
      [at + 250, 12_346, true],
    ],
    ['Envoy', { start_time: '2026-01-02T03:04:05.000Z', response_code: 200, duration: 25 }, [at, 25_000, false]],
    ['pino', { time: at, res: { statusCode: 200 }, responseTime: 3.5 }, [at, 3_500, false]],
    [
      'a load balancer',
      { timestamp: '2026-01-02T03:04:05Z', httpRequest: { status: 200, latency: '0.012s' } },
      [at, 12_000, false],
    ],
    [
      'a unit in the name',
      { '@timestamp': '2026-01-02 03:04:05', status_code: 201, duration_ms: 7 },
      [at, 7_000, false],
    ],
    ['Go’s durations', { time: '2026-01-02T03:04:05Z', status: 200, latency: '1m2.5s' }, [at, 62_500_000, false]],
    ['time and duration', { time: '2026-01-02T03:04:05Z', status: 200, duration: 0.25 }, [at, 250_000, false]],
    [
      'several upstreams',
      { time: '2026-01-02T03:04:05Z', status: 200, upstream_response_time: '0.1, 0.2' },
      [at, null, false],
    ],
  ])('reads %s', (_what, record, sample) => {
    const line = JSON.stringify(record);
    expect(detected(line)).toBe('json-access-log');
    expect(read('json-access-log', [line])).toMatchObject({ taken: [sample], refused: [] });
  });

  it('takes a unit that nobody says from many values, and says so', () => {
    const lines = [0.5, 1, 2].map((duration) => JSON.stringify({ time: at, status: 200, duration }));
    expect(read('json-access-log', lines)).toMatchObject({
      taken: [
        [at, 500_000, false],
        [at, 1_000_000, false],
        [at, 2_000_000, false],
      ],
      notes: ['3 request times without a unit were read as s, by their size; --request-time says otherwise'],
    });
    expect(read('json-access-log', lines, { requestTime: { unit: 'ms', last: false } }).taken).toEqual([
      [at, 500, false],
      [at, 1_000, false],
      [at, 2_000, false],
    ]);
  });

  it('refuses what is no request', () => {
    const lines = ['{', '[1]', '{"time":1}', '{"status":200}', '{"status":200,"time":"noon"}', ''];
    const { taken, refused } = read('json-access-log', lines);
    expect(taken).toEqual([]);
    expect(refused).toEqual(['not a JSON object', 'not a JSON object', 'no status', 'no time', 'not a time: noon']);
  });
});

describe('histories of checks', () => {
  const at = Date.UTC(2020, 7, 8, 17, 38, 13, 416);
  it('reads the columns of an Upptime table by their names', () => {
    const records = [
      'commit_time,slug,url,status,http_code,response_time_ms,last_updated,start_time,subject',
      '2020-08-08T23:11:45+05:30,koj-co,https://koj.co,up,200,232,2020-08-08T17:38:13.416Z,,"a, ""b""\nc"',
      '2020-08-08T23:11:45+05:30,koj-co,https://koj.co,down,0,0,2020-08-08T17:38:14.416Z,,x',
      '2020-08-08T23:11:45+05:30,koj-co,https://koj.co,down,404,203,2020-08-08T17:38:15.416Z,,x',
      '2020-08-08T23:11:45+05:30,koj-co,https://koj.co,paused,404,203,2020-08-08T17:38:15.416Z,,x',
      'short,row',
    ];
    expect(detected(...records)).toBe('checks-csv');
    expect(read('checks-csv', records)).toEqual({
      taken: [
        ['koj-co', at, true, 232_000],
        ['koj-co', at + 1_000, false, null],
        ['koj-co', at + 2_000, false, 203_000],
      ],
      refused: ['neither up nor down: paused', '2 fields where the first row has 9'],
      notes: ['1 checks without an answer: their response times count for nothing'],
    });
  });

  it.each([
    [
      'time;state',
      ['2026-01-02T03:04:05Z;OK', '2026-01-02T03:05:05Z;Major Outage'],
      [
        [null, true],
        [null, false],
      ],
    ],
    [
      'timestamp\tservice\tup\tlatency',
      ['1767323045\tapi\ttrue\t12.5', '1767323105\tapi\tfalse\t'],
      [
        ['api', true],
        ['api', false],
      ],
    ],
    [
      'Checked At,HTTP Code,Response Time (ms)',
      ['2026-01-02 03:04:05,204,5', '2026-01-02 03:04:06,503,5'],
      [
        [null, true],
        [null, false],
      ],
    ],
    [
      null,
      ['2026-01-02 03:04:05,1', '2026-01-02 03:05:05,0'],
      [
        [null, true],
        [null, false],
      ],
    ],
  ])('reads a table headed %s', (header, rows, expected) => {
    const records = header === null ? rows : [header, ...rows];
    expect(detected(...records)).toBe('checks-csv');
    const { taken, refused } = read('checks-csv', records);
    expect(refused).toEqual([]);
    expect(taken.map((one) => [(one as unknown[])[0], (one as unknown[])[2]])).toEqual(expected);
  });

  it.each([
    ['Response Time (ms)', '232', 232_000, []],
    [
      'response_time',
      '232',
      232_000,
      ['1 response times without a unit were read as ms, by their size; --request-time says otherwise'],
    ],
    [
      'response_time',
      '0.232',
      232_000,
      ['1 response times without a unit were read as s, by their size; --request-time says otherwise'],
    ],
    ['latency_s', '2', 2_000_000, []],
  ])('reads a column %s of %s', (name, text, us, notes) => {
    const { taken, notes: told } = read('checks-csv', [
      `Event,Monitor,Date-Time,${name}`,
      `Up,shop,2026-01-02 03:04:05,${text}`,
    ]);
    expect([taken, told]).toEqual([[['shop', Date.UTC(2026, 0, 2, 3, 4, 5), true, us]], notes]);
  });

  it('reads one or several Upptime files', () => {
    const one = [
      'url: https://koj.co',
      'status: up',
      'code: 200',
      'responseTime: 160',
      'lastUpdated: 2020-08-08T17:38:13.416Z',
      'startTime: 2020-08-01T00:00:00Z',
      'generator: Upptime <https://x>',
    ];
    expect(detected(...one)).toBe('upptime-yml');
    expect(read('upptime-yml', one)).toEqual({ taken: [[null, at, true, 160_000]], refused: [], notes: [] });
    const down = one.map((line) =>
      line.replace('up', 'down').replace('200', '0').replace('160', '0').replace('13.416', '14.416'),
    );
    const broken = ['url: x', 'status: up'];
    expect(read('upptime-yml', [...one, ...down, '---', ...broken, '- list'])).toEqual({
      taken: [
        [null, at, true, 160_000],
        [null, at + 1_000, false, null],
      ],
      refused: ['not a line of the form key: value', 'a check without lastUpdated'],
      notes: [],
    });
  });

  it('knows words and codes for up and down', () => {
    for (const word of ['up', 'OK', 'Degraded Performance', '200', '301', '1'])
      expect([word, isUp(word)]).toEqual([word, true]);
    for (const word of ['down', 'Partial-Outage', '404', '0', 'FALSE'])
      expect([word, isUp(word)]).toEqual([word, false]);
    for (const word of ['', 'maintenance', '2', '999', 'unknown']) expect([word, isUp(word)]).toEqual([word, null]);
  });
});

describe('times', () => {
  it.each([
    ['2026-03-29T01:30:00', '2026-03-29T00:30:00.000Z'],
    // Leapt over: as after the leap.
    ['2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 03:30', '2026-03-29T01:30:00.000Z'],
    // Passed twice: the first.
    ['2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 03:30:00', '2026-10-25T02:30:00.000Z'],
    ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
    ['2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['2026-06-30T23:59:60Z', '2026-06-30T23:59:59.000Z'],
  ])('reads %s in Berlin', (text, expected) => {
    expect(new Date(new Clock('Europe/Berlin').read(text)).toISOString()).toBe(expected);
  });

  it('refuses days and zones there are not', () => {
    for (const text of ['2026-02-30T00:00:00Z', '2025-02-29', 'yesterday', '', '12'])
      expect([text, new Clock('UTC').read(text)]).toEqual([text, Number.NaN]);
    expect(fromClf('29/Feb/2026:00:00:00 +0000')).toBeNaN();
    expect(() => new Clock('Mars/Olympus')).toThrow(RangeError);
  });
});

describe('any garbage', () => {
  const Line = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.constantFrom(
      CLF,
      'time,status',
      '2026-01-02,up',
      'status: up',
      'lastUpdated: 2026-01-02',
      '{"status":200,"time":1}',
      '"',
      '{}',
      '---',
    ),
    fc.json().map((text) => text.slice(0, 500)),
    fc
      .tuple(
        fc.constantFrom(CLF, '2026-01-02,up', '{"status":200,"time":"2026-01-02","duration":1}'),
        fc.nat(120),
        fc.string({ maxLength: 5 }),
      )
      .map(([line, at, text]) => line.slice(0, at) + text + line.slice(at + 1)),
  );
  it.each(METRIC_FORMATS.map(({ id }) => id))('neither stops %s nor is lost', (id) => {
    fc.assert(
      fc.property(fc.array(Line, { maxLength: 30 }), fc.constantFrom('UTC', 'America/New_York'), (lines, zone) => {
        const { taken, refused } = read(id, lines, { zone, requestTime: { unit: 'ms', last: true } });
        const told = taken.length + refused.length;
        if (id !== 'upptime-yml') {
          // Each line with content is one or the other; of a table the header is neither.
          const content = lines.filter(
            (line) => line.trim() !== '' && !(id === 'access-log' && line.startsWith('#')),
          ).length;
          expect(content - told).toBeGreaterThanOrEqual(0);
          expect(content - told).toBeLessThanOrEqual(id === 'checks-csv' ? 1 : 0);
        }
        for (const one of taken as unknown[][]) {
          const at = one[id.includes('log') ? 0 : 1];
          expect(Number.isSafeInteger(at)).toBe(true);
          const us = one[id.includes('log') ? 1 : 3];
          expect(us === null || (Number.isSafeInteger(us) && Number(us) >= 0 && Number(us) <= 3_600_000_000)).toBe(
            true,
          );
        }
        for (const why of refused) expect(why!.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  it('becomes a name of a service or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
        const name = serviceName(text);
        expect(name === null || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)).toBe(true);
      }),
    );
  });
});
