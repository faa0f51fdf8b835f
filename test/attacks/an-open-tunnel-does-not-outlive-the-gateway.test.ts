import t from 'tap';
import { connect } from '../support/raw.ts';
import { head, stand } from '../support/stand.ts';
import { until } from '../support/until.ts';
import { openWebSocket } from '../support/websocket.ts';

t.test('closing ends upgraded sockets, unfinished answers and idle connections', async (t) => {
  const { port, upstream, gateway } = await stand(t);
  const tunnel = await openWebSocket(port, '/chat/x');
  const idle = await connect(port);
  upstream.reply(() => (socket) => void socket.once('end', () => socket.end()));
  const waiting = await connect(port);
  await waiting.send(head('GET', '/public/x'));
  await until(() => upstream.requests.length === 2);
  await gateway.close();
  await Promise.all([tunnel.raw.closed, idle.closed, waiting.closed]);
  await until(() => upstream.open === 0);
  t.equal(waiting.received.length, 0);
});
