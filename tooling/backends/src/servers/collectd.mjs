import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askSocket } from '../running/ask-socket.mjs';
import { freePort } from '../running/free-port.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** The host name in the identifiers of values. */
const HOST = 'tests';

/** @type {typeof import('../index.d.ts').start.collectd} */
export async function startCollectd({ intervalSeconds = 1, percentiles = [50, 90, 99] } = {}) {
  const launched = await launch('collectd', async (folder, backend) => {
    const port = await freePort();
    const socket = join(folder, 'socket');
    return {
      arguments: ['-f', '-C', join(folder, 'collectd.conf')],
      files: {
        'collectd.conf': configText({ folder, socket, port, root: backend.root, intervalSeconds, percentiles }),
      },
      // It runs before its UDP port is bound, and a datagram sent too early is lost.
      ready: () => existsSync(socket) && isUdpPortBound(port),
      facts: { port, socket },
    };
  });
  const { port, socket } = launched;

  /** @param {string} command */
  const ask = async (command) => {
    const answer = await askSocket({ path: socket }, `${command}\n`, answerIsComplete);
    return answer
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
  };
  return {
    ...serverHandle(launched),
    port,
    values: async () => {
      /** @type {Record<string, number>} */
      const values = {};
      for (const line of await ask('LISTVAL')) {
        const identifier = line.slice(line.indexOf(' ') + 1);
        const [value = ''] = await ask(`GETVAL "${identifier}"`);
        if (identifier.startsWith(`${HOST}/statsd/`)) {
          values[identifier.slice(`${HOST}/statsd/`.length)] = Number(value.split('=')[1]);
        }
      }
      return values;
    },
  };
}

/**
 * The first line of an answer says how many lines follow; a negative number is an error of one line.
 *
 * @param {string} answer
 */
function answerIsComplete(answer) {
  const announced = Math.max(0, Number.parseInt(answer, 10));
  return answer.endsWith('\n') && answer.split('\n').length - 2 >= announced;
}

/** @param {number} port */
function isUdpPortBound(port) {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return readFileSync('/proc/net/udp', 'utf8').includes(wanted);
}

/**
 * @param {{ folder: string, socket: string, port: number, root: string, intervalSeconds: number, percentiles: readonly number[] }} facts
 */
const configText = ({ folder, socket, port, root, intervalSeconds, percentiles }) => `
Hostname "${HOST}"
FQDNLookup false
Interval ${intervalSeconds}
BaseDir "${folder}"
PIDFile "${folder}/pid"
PluginDir "${join(root, 'usr/lib/collectd')}"
TypesDB "${join(root, 'usr/share/collectd/types.db')}"
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File STDOUT
</Plugin>
LoadPlugin statsd
<Plugin statsd>
  Host "127.0.0.1"
  Port "${port}"
  DeleteSets false
  CounterSum true
  TimerCount true
  TimerSum true
  TimerLower true
  TimerUpper true
${percentiles.map((percentile) => `  TimerPercentile ${percentile}`).join('\n')}
</Plugin>
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "${socket}"
  SocketPerms "0600"
</Plugin>
`;
