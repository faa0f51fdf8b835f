import { basic, csrf, jwt, session, singleLogin, token } from './exceptions-credentials.ts';
import { methodsFirst } from './exceptions-rules.ts';
import { playGroup } from './player/group.ts';

playGroup('token', token);
playGroup('basic', basic);
playGroup('session', session);
playGroup('csrf', [methodsFirst, ...csrf]);
playGroup('jwt', jwt);
playGroup('jwt-single-login', singleLogin);
