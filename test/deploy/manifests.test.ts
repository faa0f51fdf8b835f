import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { check } from '../../src/commands/check.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = join(ROOT, 'deploy/kubernetes');

// biome-ignore lint/suspicious/noExplicitAny: manifests have no types here
type Manifest = any;

const manifests: Manifest[] = readdirSync(FOLDER).flatMap((name) =>
  parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${name}: ${document.errors[0]?.message}`);
    return document.toJS();
  }),
);
const ofKind = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);

t.test('the routes in the ConfigMap are good', async (t) => {
  const [map] = ofKind('ConfigMap');
  const file = join(mkdtempSync(join(tmpdir(), 'postern-deploy-')), 'routes.yaml');
  writeFileSync(file, map.data['routes.yaml']);
  const said: string[] = [];
  const env = { REDIS_URL: 'redis://redis:6379/0' };
  const code = await check.run({
    args: ['--config', file],
    env,
    out() {},
    err: (line) => void said.push(line),
  });
  t.equal(code, 0);
  t.same(said, []);
});

t.test('Postern is probed where it answers, drains in its time and cannot be root', async (t) => {
  t.equal(ofKind('Deployment').length, 2);
  for (const { spec } of ofKind('Deployment')) {
    const pod = spec.template.spec;
    const postern = pod.containers.find(({ name }: Manifest) => name === 'postern');
    const paths = ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
      (probe) => postern[probe].httpGet.path,
    );
    t.same(paths, ['/startupz', '/readyz', '/healthz']);
    t.ok(pod.terminationGracePeriodSeconds > 3 + 25, 'more than the drain by default');
    t.match(postern.securityContext, { runAsNonRoot: true, readOnlyRootFilesystem: true });
    t.same(
      postern.ports.map(({ containerPort }: Manifest) => containerPort),
      [8080, 8081],
    );
  }
});

t.test('the unit waits longer for Postern than Postern drains', async (t) => {
  const unit = readFileSync(join(ROOT, 'deploy/systemd/postern.service'), 'utf8');
  t.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > 3 + 25);
  t.match(unit, /ExecStart=.* serve --config \/etc\/postern\/routes\.yaml/);
});
