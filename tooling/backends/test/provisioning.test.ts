import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BackendName, type ProvisionOptions, provision } from '@bduf/backends';
import { cacheFolder } from '../src/provisioning/cache-folder.mjs';
import {
  formatStanzas,
  hostReleaseSources,
  hostSuite,
  readHostSources,
  sidSources,
} from '../src/provisioning/host-sources.mjs';
import { relocateDataFolder } from '../src/provisioning/relocate.mjs';
import { buildArchive, createSigner, type FixturePackage } from './archive-fixture.ts';

const SECONDS = 1000;
const CLI = fileURLToPath(new URL('../provision.mjs', import.meta.url));
const INDEX = new URL('../src/index.mjs', import.meta.url).href;

let folder: string;
let bin: string;
let etc: string;
let cache: string;
let log: string[];
const originalPath = process.env['PATH'] ?? '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bduf-provisioning-'));
  bin = join(folder, 'bin');
  etc = join(folder, 'etc');
  cache = join(folder, 'cache');
  log = [];
  mkdirSync(bin);
  mkdirSync(join(etc, 'sources.list.d'), { recursive: true });
});

afterEach(() => {
  process.env['PATH'] = originalPath;
  rmSync(folder, { recursive: true, force: true });
});

const search = <Name extends BackendName>(names: readonly Name[], options: ProvisionOptions = {}) =>
  provision(names, { cache, aptFolder: etc, log: (line) => log.push(line), ...options });

/** A program that prints a line whatever it is asked, and ends with a code. */
const script = (line: string, code = 0): string => `#!/bin/sh\necho '${line}'\nexit ${code}\n`;

function putOnPath(name: string, text: string): void {
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
}

/** Puts a file of sources into the apt configuration. */
const putSources = (path: string, lines: readonly string[]) => writeFileSync(join(etc, path), `${lines.join('\n')}\n`);

const archive = () => join(folder, 'archive');

const pushgateway = (version: string, code = 0): FixturePackage => ({
  name: 'prometheus-pushgateway',
  version,
  files: {
    'usr/bin/prometheus-pushgateway': script(`pushgateway, version ${version.split('-')[0]} (branch: test)`, code),
    'usr/share/doc/prometheus-pushgateway/README': 'nobody reads this',
  },
});

describe('cacheFolder', () => {
  it('prefers BDUF_BACKENDS_DIR, then the cache folder of the user', () => {
    expect(cacheFolder({ BDUF_BACKENDS_DIR: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/bduf-metrics/backends');
    expect(cacheFolder({})).toMatch(/\/\.cache\/bduf-metrics\/backends$/);
  });
});

describe('readHostSources', () => {
  it('reads one-line sources with and without options', () => {
    putSources('sources.list', [
      '# deb http://old.test/debian bookworm main',
      'deb [arch=amd64,arm64 signed-by=/keys/a.gpg] http://mirror.test/debian bookworm main contrib # main mirror',
      'deb-src http://mirror.test/debian bookworm main',
    ]);
    putSources('sources.list.d/security.list', ['deb http://mirror.test/security bookworm-security main']);
    putSources('sources.list.d/ignored.list.disabled', ['deb http://disabled.test/debian bookworm main']);
    const stanzas = readHostSources(etc);
    expect(stanzas.map(({ uris }) => uris)).toEqual(['http://mirror.test/debian', 'http://mirror.test/security']);
    expect(formatStanzas(sidSources(stanzas, 'bookworm'))).toBe(
      [
        'types: deb',
        'uris: http://mirror.test/debian',
        'suites: sid',
        'components: main',
        'architectures: amd64 arm64',
        'signed-by: /keys/a.gpg',
        '',
      ].join('\n'),
    );
  });

  it('reads deb822 stanzas, keys inside of them included', () => {
    const key = [
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' mDMEabc=',
      ' -----END PGP PUBLIC KEY BLOCK-----',
    ];
    putSources('sources.list.d/debian.sources', [
      '# The mirror',
      'Types: deb deb-src',
      'URIs: http://mirror.test/debian',
      '# A comment inside of a stanza',
      'Suites: bookworm bookworm-updates bookworm-backports',
      'Components: main',
      ...key,
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://disabled.test/debian',
      'Suites: bookworm',
      'Components: main',
      '',
      'Types: deb',
      'URIs: http://vendor.test/apt',
      'Suites: nodistro',
      'Components: main',
    ]);
    const stanzas = readHostSources(etc);
    const own = hostReleaseSources(stanzas, 'bookworm');
    expect(own.map(({ uris, suites }) => [uris, suites])).toEqual([
      ['http://mirror.test/debian', 'bookworm bookworm-updates'],
    ]);
    expect(formatStanzas(own)).toContain(key.join('\n').toLowerCase().slice(0, 10));
    expect(formatStanzas(own)).toContain(key.slice(1).join('\n'));
    expect(sidSources(stanzas, 'trixie')).toEqual([]);
    expect(hostSuite(stanzas, 'bookworm')).toBe('bookworm');
    expect(() => hostSuite(stanzas, 'trixie')).toThrow(/no apt source of its own release \(trixie\)/);
    expect(hostSuite([{ types: 'deb', suites: 'testing testing-security' }], 'forky')).toBe('testing');
  });
});

describe('relocateDataFolder', () => {
  it('replaces each occurrence by a relative path of the same length', () => {
    const program = join(folder, 'program');
    writeFileSync(
      program,
      '\0/usr/share/prometheus/alertmanager/a.tmpl\0/usr/share/prometheus/alertmanager\0\xff',
      'latin1',
    );
    relocateDataFolder(program, '/usr/share/prometheus/alertmanager');
    const changed = readFileSync(program, 'latin1');
    expect(changed.replaceAll(/\/+/g, '/')).toBe('\0./data-files/a.tmpl\0./data-files\0\xff');
    expect(changed).toHaveLength(
      '\0/usr/share/prometheus/alertmanager/a.tmpl\0/usr/share/prometheus/alertmanager\0\xff'.length,
    );
    expect(() => relocateDataFolder(program, '/usr/share/prometheus/alertmanager')).toThrow(/does not hold the path/);
  });
});

describe('provision without an archive', () => {
  beforeEach(() => {
    process.env['PATH'] = bin;
  });

  it('takes a program of the host that starts, and notices when it is replaced', async () => {
    putOnPath('redis-server', script('Redis server v=1.2.3 sha=0'));
    const { redis } = await search(['redis']);
    expect(redis).toMatchObject({ path: join(bin, 'redis-server'), version: '1.2.3', origin: 'path', env: {} });

    log.length = 0;
    expect(await search(['redis'])).toEqual({ redis });
    expect(log).toEqual([]);

    putOnPath('redis-server', script('Redis server v=1.2.34 sha=0'));
    expect((await search(['redis'])).redis?.version).toBe('1.2.34');
  });

  it('refuses a program that fails, remembers the search, and tries again when told or when there is a new program', async () => {
    putOnPath('redis-server', script('Redis server v=1.2.3', 3));
    expect(await search(['redis'])).toEqual({ redis: null });
    expect(log.at(-1)).toMatch(/^redis is not to be had from PATH: .*redis-server --version failed \(exit code 3\)/);

    log.length = 0;
    expect(await search(['redis'])).toEqual({ redis: null });
    expect(log).toEqual([]);
    expect(await search(['redis'], { retry: true })).toEqual({ redis: null });
    expect(log).not.toEqual([]);

    const other = join(folder, 'other');
    mkdirSync(other);
    process.env['PATH'] = `${bin}:${other}`;
    bin = other;
    putOnPath('redis-server', script('Redis server v=4.5.6'));
    expect((await search(['redis'])).redis).toMatchObject({ path: join(other, 'redis-server'), version: '4.5.6' });
  });

  it('prints what is there as JSON, and exits with 0 when something is missing', () => {
    putOnPath('redis-server', script('Redis server v=1.2.3'));
    const env = { PATH: bin, BDUF_BACKENDS_DIR: cache };
    const run = (...names: string[]) => spawnSync(process.execPath, [CLI, ...names], { env, encoding: 'utf8' });
    const { status, stdout, stderr } = run('redis', 'influxdb');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      redis: { path: join(bin, 'redis-server'), version: '1.2.3' },
      influxdb: null,
    });
    expect(stderr).toMatch(/influxdb is not to be had from PATH/);
    expect(run('redis', 'influxdb')).toMatchObject({ status: 0, stdout, stderr: '' });
    expect(run('grafana')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/Unknown backend grafana/),
    });
  });
});

// Elsewhere there is no archive to provide anything from; the tests above show what happens there.
const describeOnDebian = existsSync('/usr/bin/apt-get') ? describe : describe.skip;

describeOnDebian('provision from an archive', () => {
  const codename = existsSync('/etc/os-release')
    ? (/^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '')
    : '';
  const useArchive = (options: string) =>
    writeFileSync(join(etc, 'sources.list'), `deb ${options} file:${archive()} ${codename} main\n`);

  it('prefers sid, and answers from the cache when the archive has gone', async () => {
    buildArchive(archive(), { sid: [pushgateway('9.1.0-2')], [codename]: [pushgateway('1.0.0-1')] });
    useArchive('[trusted=yes]');
    const found = await search(['pushgateway']);
    expect(found.pushgateway).toMatchObject({ version: '9.1.0', origin: 'sid' });
    const { root = '', path = '' } = found.pushgateway ?? {};
    expect(path).toBe(join(root, 'usr/bin/prometheus-pushgateway'));
    expect(root.startsWith(cache)).toBe(true);
    expect(existsSync(join(root, 'usr/share/doc'))).toBe(false);
    expect(readdirSync(cache).toSorted()).toEqual(['lock', 'manifest.json', 'trees']);

    // The cache of an older catalog is not trusted.
    for (const record of [join(cache, 'manifest.json'), join(root, 'tree.json')]) {
      const content = readFileSync(record, 'utf8');
      writeFileSync(record, content.replaceAll('--version', '--help'));
    }
    log.length = 0;
    expect(await search(['pushgateway'])).toEqual(found);
    expect(log).toContain('unpacking prometheus-pushgateway from sid');

    rmSync(archive(), { recursive: true });
    expect(await search(['pushgateway'])).toEqual(found);
    // Without the manifest the unpacked tree is found again, and its program is started again.
    rmSync(join(cache, 'manifest.json'));
    expect(await search(['pushgateway'])).toEqual(found);
  });

  it("falls back to the host's suite when the program of sid does not start", async () => {
    buildArchive(archive(), { sid: [pushgateway('9.1.0-2', 1)], [codename]: [pushgateway('1.0.0-1')] });
    useArchive('[trusted=yes]');
    expect((await search(['pushgateway'])).pushgateway).toMatchObject({ version: '1.0.0', origin: 'host' });
  });

  it("uses the version of the package where the program prints none, and Debian's Python for modules", async () => {
    const victoria = {
      name: 'victoria-metrics',
      version: '1.2.3+ds-4',
      files: { 'usr/bin/victoria-metrics': script('') },
    };
    const modules = 'usr/lib/python3/dist-packages';
    const judge = {
      name: 'python3-prometheus-client',
      version: '0.1-1',
      files: {
        [`${modules}/prometheus_client/__init__.py`]: '',
        [`${modules}/prometheus_client/parser.py`]: '',
        [`${modules}/prometheus_client/openmetrics/__init__.py`]: '',
        [`${modules}/prometheus_client/openmetrics/parser.py`]: '',
        [`${modules}/prometheus_client-0.1.dist-info/METADATA`]:
          'Metadata-Version: 2.1\nName: prometheus-client\nVersion: 0.1\n',
      },
    };
    const decorator = { name: 'python3-decorator', version: '1', files: {} };
    buildArchive(archive(), { sid: [victoria], [codename]: [judge, decorator] });
    useArchive('[trusted=yes]');
    // As pyenv does: something called python3 comes first on PATH.
    putOnPath('python3', script('version 9.9'));
    process.env['PATH'] = `${bin}:${originalPath}`;
    const found = await search(['victoriametrics', 'openmetrics-judge']);
    expect(found.victoriametrics?.version).toBe('1.2.3+ds-4');
    const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : join(bin, 'python3');
    expect(found['openmetrics-judge']?.path).toBe(python);
  });

  it('takes nothing from an archive that is not signed', async () => {
    buildArchive(archive(), { sid: [pushgateway('9.1.0-2')], [codename]: [pushgateway('1.0.0-1')] });
    useArchive('');
    process.env['PATH'] = `${bin}:${originalPath}`;
    putOnPath('prometheus-pushgateway', script('pushgateway, version 0.0.1 (branch: test)'));
    expect((await search(['pushgateway'])).pushgateway).toMatchObject({ version: '0.0.1', origin: 'path' });
    expect(existsSync(join(cache, 'trees'))).toBe(false);
  });

  it("takes newer keys from the host's suite when the host's own do not verify sid", async () => {
    const older = createSigner(join(folder, 'older'), 'older');
    const newer = createSigner(join(folder, 'newer'), 'newer');
    const keyring = {
      name: 'debian-archive-keyring',
      version: '2',
      files: { 'usr/share/keyrings/debian-archive-keyring.gpg': readFileSync(newer.keyring) },
    };
    buildArchive(archive(), { sid: [pushgateway('9.1.0-2')], [codename]: [pushgateway('1.0.0-1'), keyring] });
    older.sign(archive(), codename);
    newer.sign(archive(), 'sid');
    useArchive(`[signed-by=${older.keyring}]`);
    expect((await search(['pushgateway'])).pushgateway).toMatchObject({ version: '9.1.0', origin: 'sid' });
    expect(log).toContainEqual(expect.stringMatching(/host's keys do not verify sid; taking newer keys/));
  });

  it(
    'unpacks once when two processes ask at once',
    async () => {
      buildArchive(archive(), { sid: [pushgateway('9.1.0-2')], [codename]: [] });
      useArchive('[trusted=yes]');
      const options = JSON.stringify({ cache, aptFolder: etc });
      const code = `
        const { provision } = await import(${JSON.stringify(INDEX)});
        const found = await provision(['pushgateway'], { ...${options}, log: (line) => console.error(line) });
        console.log(found.pushgateway.version);`;
      const runs = [1, 2].map(async () => {
        const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
        const output = { stdout: '', stderr: '' };
        child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
        child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
        await once(child, 'close');
        return output;
      });
      const outputs = await Promise.all(runs);
      expect(outputs.map(({ stdout }) => stdout)).toEqual(['9.1.0\n', '9.1.0\n']);
      expect(
        outputs
          .map(({ stderr }) => stderr)
          .join('')
          .match(/unpacking/g),
      ).toHaveLength(1);
    },
    30 * SECONDS,
  );

  // Without a compiler, the real Redis of servers.test.ts shows this on hosts that lack its libraries.
  const describeWithCompiler = spawnSync('cc', ['--version']).status === 0 ? describe : describe.skip;

  describeWithCompiler('whose programs have shared libraries', () => {
    it('unpacks a library that the host lacks, and lets the program find it', async () => {
      const { program, library } = compileProgramWithLibrary(join(folder, 'compiled'));
      const tools = { name: 'redis-tools', version: '7', files: {} };
      const server = {
        name: 'redis-server',
        version: '7',
        depends: 'libonly-in-this-test1',
        files: { 'usr/bin/redis-server': program },
      };
      const lib = {
        name: 'libonly-in-this-test1',
        version: '1',
        files: { 'usr/lib/test-triplet/libonly-in-this-test.so.1': library },
      };
      buildArchive(archive(), { sid: [], [codename]: [tools, server, lib] });
      useArchive('[trusted=yes]');
      const { redis } = await search(['redis']);
      expect(redis).toMatchObject({ version: '7.7.7', origin: 'host' });
      expect(redis?.env['LD_LIBRARY_PATH']).toMatch(/usr\/lib\/test-triplet$/);
      expect(log).toContain('unpacking libraries that the host lacks: libonly-in-this-test1');
    });
  });
});

function compileProgramWithLibrary(home: string): { program: Buffer; library: Buffer } {
  mkdirSync(home);
  const name = 'libonly-in-this-test.so.1';
  writeFileSync(join(home, 'library.c'), 'const char *version(void) { return "7.7.7"; }\n');
  writeFileSync(
    join(home, 'program.c'),
    '#include <stdio.h>\nconst char *version(void);\nint main(void) { printf("Redis server v=%s\\n", version()); return 0; }\n',
  );
  const cc = (...words: string[]) => execFileSync('cc', words, { cwd: home });
  cc('-shared', '-fPIC', `-Wl,-soname,${name}`, '-o', name, 'library.c');
  cc('-o', 'program', 'program.c', name);
  return { program: readFileSync(join(home, 'program')), library: readFileSync(join(home, name)) };
}
