import express from 'express';
import { posternAssertion } from './assertion.js';

const { PORT = '3000', POSTERN_JWKS = 'http://127.0.0.1:8081/.well-known/jwks.json' } = process.env;

const app = express();
app.use(posternAssertion({ jwks: POSTERN_JWKS, audience: 'shop' }));
app.get('/me', (request, response) => response.json({ user: request.user.id }));
app.listen(Number(PORT), '127.0.0.1');
