import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/** That the keys cannot be fetched says nothing about the assertion. */
const KEYS_UNAVAILABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']);

/**
 * Middleware that tells who is asking from the assertion that Postern signs, and from nothing else: `request.user`,
 * or 401. For Express, and for whatever else calls `(request, response, next)`.
 *
 * @param {{ jwks: string, audience: string, issuer?: string }} options the address of Postern's keys, the name of this
 *   upstream in routes.yaml, and what `iss` must be (default `postern`)
 */
export function posternAssertion({ jwks, audience, issuer = 'postern' }) {
  const keys = createRemoteJWKSet(new URL(jwks));
  const rules = { algorithms: ['EdDSA'], audience, issuer, requiredClaims: ['sub', 'exp'] };

  return async (request, response, next) => {
    try {
      const { payload } = await jwtVerify(request.headers['x-user-assertion'] ?? '', keys, rules);
      request.user = { id: payload.sub, ...payload };
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code)) return next(error);
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Postern' });
      return response.end('{"detail":"Invalid assertion."}');
    }
    next();
  };
}
