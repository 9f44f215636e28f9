// The health check of the MongoDB container, run by mongosh. It also makes of a
// new server what the portal needs: a replica set of one, an administrator and
// the portal's own user. Each step looks first whether it is done, so that one
// cut short is taken up by the next check, and a server in order is left alone.
const fs = require('fs');
const secret = (name) => fs.readFileSync('/run/secrets/' + name, 'utf8').trim();
const portal = new URL(secret('mongo_uri'));
const admin = db.getSiblingDB('admin');
const own = db.getSiblingDB(portal.pathname.slice(1));

// Until there is a user, who comes from this machine may do without.
function signedIn() {
  try {
    return admin.auth('admin', secret('mongo_admin_password')).ok === 1;
  } catch (error) {
    return false;
  }
}

// A new node elects itself within seconds.
function primary() {
  for (let tries = 0; tries < 20; tries++) {
    if (db.hello().isWritablePrimary) {
      return true;
    }
    sleep(500);
  }
  return false;
}

const known = signedIn();
if (!db.hello().setName) {
  rs.initiate({ _id: portal.searchParams.get('replicaSet'), members: [{ _id: 0, host: portal.host }] });
}
if (!primary()) {
  throw new Error('not primary yet');
}
if (!known) {
  admin.createUser({ user: 'admin', pwd: secret('mongo_admin_password'), roles: ['root'] });
  admin.auth('admin', secret('mongo_admin_password'));
}
if (!own.getUser(portal.username)) {
  own.createUser({ user: portal.username, pwd: decodeURIComponent(portal.password), roles: ['readWrite'] });
}
