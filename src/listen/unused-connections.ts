import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Remembers connections, so that those on which nothing has come can be ended. Node counts them neither as idle nor
 * as busy: one that a browser opened in advance would hold up the end of the server.
 */
export function unusedConnections(server: Server): { end(): void } {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    end() {
      for (const socket of open) {
        if (socket.bytesRead === 0) socket.end();
      }
    },
  };
}
