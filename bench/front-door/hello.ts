// A server that says hello, with nothing but node:http.
import { createServer } from 'node:http';

const BODY = '{"hello":"world"}';

createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length });
  response.end(BODY);
}).listen(Number(process.env.PORT), '127.0.0.1');
