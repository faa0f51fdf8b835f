import { chains, order, permissions, proxies, throttle } from './exceptions-rules.ts';
import { playGroup } from './player/group.ts';

playGroup('chains', chains);
playGroup('permissions', permissions);
playGroup('order', order);
playGroup('throttle', throttle);
playGroup('forwarded', proxies);
