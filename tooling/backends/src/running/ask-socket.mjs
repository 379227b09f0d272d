import { connect } from 'node:net';

/** A server on loopback that needs longer has hung. */
const ANSWER_LIMIT_MS = 2000;

/**
 * Sends a text over a stream and collects the answer.
 *
 * @param {{ port: number } | { path: string }} target A loopback port or a Unix socket.
 * @param {string} text
 * @param {(answer: string) => boolean} isComplete
 * @returns {Promise<string>}
 */
export function askSocket(target, text, isComplete) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', ...target });
    socket
      .setEncoding('utf8')
      .setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error(`no answer to ${text.trim()}`)));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
    socket.on('data', (chunk) => {
      answer += String(chunk);
      if (isComplete(answer)) socket.destroy();
    });
    socket.write(text);
  });
}
