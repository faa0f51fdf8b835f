import { messages } from './exceptions-messages.ts';
import { playGroup } from './player/group.ts';

playGroup('messages', messages);
