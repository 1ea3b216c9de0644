// Walks the official JavaScript client through its ways to talk to an API server; prints "all well" at the end. Arguments: namespace.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const namespace = process.argv[2];
const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const patched = (strategy) => k8s.setHeaderOptions('Content-Type', strategy);

const collected = (stream) => {
  const seen = { text: '' };
  stream.on('data', (chunk) => (seen.text += chunk));
  return seen;
};

async function informs() {
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'of=javascript' });
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'of=javascript');
  const seen = [];
  const gone = new Promise((resolve, reject) => {
    informer.on('add', (item) => seen.push(`add ${item.data.a}`));
    informer.on('update', (item) => seen.push(`update ${item.data.a}`));
    informer.on('delete', (item) => resolve(seen.push(`delete ${item.metadata.name}`)));
    informer.on('error', reject);
  });
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'informed', labels: { of: 'javascript' } }, data: { a: '1' } } });
  await informer.start();
  const name = 'informed';
  await core.patchNamespacedConfigMap({ name, namespace, body: { data: { a: '2' } } }, patched(k8s.PatchStrategy.MergePatch));
  await core.patchNamespacedConfigMap(
    { name, namespace, body: [{ op: 'replace', path: '/data/a', value: '3' }] }, patched(k8s.PatchStrategy.JsonPatch));
  await core.patchNamespacedConfigMap({ name, namespace, body: { data: { a: '4' } } }, patched(k8s.PatchStrategy.StrategicMergePatch));
  await core.deleteNamespacedConfigMap({ name, namespace });
  await gone;
  await informer.stop();
  assert.deepEqual(seen, ['add 1', 'update 2', 'update 3', 'update 4', 'delete informed']);
}

async function applies() {
  const wanted = {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'applied', namespace },
    spec: {
      replicas: 0, selector: { matchLabels: { app: 'applied' } },
      template: { metadata: { labels: { app: 'applied' } }, spec: { containers: [{ name: 'main', image: 'crescent.local/busybox:1' }] } },
    },
  };
  const apply = () => objects.patch(wanted, undefined, undefined, 'javascript', undefined, k8s.PatchStrategy.ServerSideApply);
  const first = await apply();
  assert.equal(first.metadata.managedFields[0].operation, 'Apply');
  wanted.spec.template.spec.containers[0].image = 'crescent.local/busybox:2';
  assert.equal((await apply()).metadata.generation, 2);
  const read = await apps.readNamespacedDeployment({ name: 'applied', namespace });
  assert.ok(read.metadata.creationTimestamp instanceof Date);
  const scale = await apps.readNamespacedDeploymentScale({ name: 'applied', namespace });
  assert.equal(scale.spec.replicas ?? 0, 0);
  await assert.rejects(objects.create(wanted), (error) => error.code === 409 && JSON.parse(error.body).reason === 'AlreadyExists');
  await objects.delete(wanted);
  await assert.rejects(core.readNamespacedSecret({ name: 'nothing', namespace }), (error) => error.code === 404);
}

async function runs() {
  const name = 'runner';
  const container = {
    name: 'main', image: 'crescent.local/busybox:1',
    command: ['sh', '-c', 'mkdir /www && echo from inside > /www/index.html && echo ready && exec httpd -f -p 8080 -h /www'],
  };
  await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec: { containers: [container], terminationGracePeriodSeconds: 0 } } });
  await new Promise((resolve, reject) => {
    const started = new k8s.Watch(config).watch(
      `/api/v1/namespaces/${namespace}/pods`, { fieldSelector: `metadata.name=${name}` },
      (type, pod) => {
        if (pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')) {
          started.then((request) => request.abort());
          resolve();
        }
      },
      (error) => (error ? reject(error) : reject(new Error('the watch ended'))));
  });
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const [said, complained] = [collected(output), collected(errors)];
  const input = new PassThrough();
  input.end('through the pod\n');
  const status = await new Promise((resolve, reject) => {
    new k8s.Exec(config)
      .exec(namespace, name, 'main', ['sh', '-c', 'read line; echo $line; echo bad >&2; exit 3'], output, errors, input, false, resolve)
      .catch(reject);
  });
  assert.equal(status.reason, 'NonZeroExitCode');
  assert.deepEqual(status.details.causes.map((cause) => cause.message), ['3']);
  assert.equal(said.text.trim(), 'through the pod');
  assert.equal(complained.text.trim(), 'bad');

  const log = new PassThrough();
  const logged = collected(log);
  await new k8s.Log(config).log(namespace, name, 'main', log, { follow: false });
  await new Promise((resolve) => log.on('end', resolve));
  assert.equal(logged.text.trim(), 'ready');
  await forwards(name);
  await core.deleteNamespacedPod({ name, namespace });
}

async function forwards(name) {
  const [answer, errors, request] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const heard = collected(answer);
  const complete = new Promise((resolve) => answer.on('data', () => heard.text.includes('from inside') && resolve()));
  const socket = await new k8s.PortForward(config).portForward(namespace, name, [8080], answer, errors, request);
  request.write('GET / HTTP/1.0\r\n\r\n');
  await complete;
  (typeof socket === 'function' ? socket() : socket).close();
}

await informs();
await applies();
await runs();
console.log('all well');
process.exit(0);
