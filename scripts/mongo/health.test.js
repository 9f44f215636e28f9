// Runs health.js against a stand-in that keeps MongoDB's rules of a new server:
// no user until the first is made, who comes from the machine itself may do
// without until then, users only on a primary. It is no MongoDB.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const vm = require('node:vm');

const script = fs.readFileSync(path.join(__dirname, 'health.js'), 'utf8');
const secrets = {
  mongo_uri: 'mongodb://sourcier:a%2Fb-c@mongo:27017/sourcier?replicaSet=sourcier&authSource=sourcier',
  mongo_admin_password: 'root-password',
};

class Server {
  users = {}; // "db.name" -> password
  config = null;
  elects = true;
  writes = 0;

  check() {
    const session = { user: null };
    const may = () => assert(session.user || Object.keys(this.users).length === 0, 'requires authentication');
    const primary = () => this.config !== null && this.elects;
    const database = (name) => ({
      hello: () => ({ isWritablePrimary: primary(), setName: this.config?._id }),
      getSiblingDB: database,
      auth: (user, password) => {
        assert(this.users[name + '.' + user] === password && password !== undefined, 'authentication failed');
        session.user = user;
        return { ok: 1 };
      },
      getUser: (user) => (may(), name + '.' + user in this.users ? { user } : null),
      createUser: ({ user, pwd, roles }) => {
        may();
        assert(primary(), 'not primary');
        assert(!(name + '.' + user in this.users), 'exists already');
        assert.deepEqual([...roles], user === 'admin' ? ['root'] : ['readWrite']);
        this.users[name + '.' + user] = pwd;
        this.writes++;
      },
    });
    const rs = {
      initiate: (config) => {
        may();
        assert(this.config === null, 'already initialized');
        this.config = JSON.parse(JSON.stringify(config));
        this.writes++;
      },
    };
    const require = () => ({ readFileSync: (name) => secrets[path.basename(name)] + '\n' });
    vm.runInNewContext(script, { db: database('test'), rs, require, URL, Error, decodeURIComponent, sleep: () => {} });
  }
}

const complete = { 'admin.admin': 'root-password', 'sourcier.sourcier': 'a/b-c' };

test('a new server becomes a replica set with its users, and then stays as it is', () => {
  const server = new Server();
  server.check();
  assert.deepEqual(server.config, { _id: 'sourcier', members: [{ _id: 0, host: 'mongo:27017' }] });
  assert.deepEqual(server.users, complete);
  assert.equal(server.writes, 3);
  server.check();
  assert.equal(server.writes, 3);
});

test('what was cut short is taken up', () => {
  for (const users of [{}, { 'admin.admin': 'root-password' }]) {
    const server = new Server();
    server.config = { _id: 'sourcier' };
    server.users = users;
    server.check();
    assert.deepEqual(server.users, complete);
  }
});

test('a node that is not elected is not healthy, and is asked again', () => {
  const server = new Server();
  server.elects = false;
  assert.throws(() => server.check(), /not primary/);
  server.elects = true;
  server.check();
  assert.deepEqual(server.users, complete);
});

test('another password than that of the first start is told', () => {
  const server = new Server();
  server.check();
  server.users['admin.admin'] = 'changed';
  assert.throws(() => server.check(), /authentication/);
});
