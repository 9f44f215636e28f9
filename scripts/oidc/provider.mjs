// A real OpenID Connect provider for tests (oidc-provider), on this machine alone.
// Its settings are one line of JSON on standard input, see internal/oidc/oidctest;
// its issuer is the first line of standard output. It ends with its standard input,
// so that it never outlives who started it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const input = createInterface({ input: process.stdin });
const settings = JSON.parse(await new Promise((resolve) => { input.once('line', resolve); }));
input.on('close', () => process.exit(0));

const accounts = new Map(settings.accounts.map((account) => [account.login, account]));
const algorithm = settings.algorithm || 'RS256';

function signingKey() {
  const { privateKey } = algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: randomBytes(8).toString('hex') };
}

function claimsOf(account) {
  const { login, acr, ...claims } = account;
  return { sub: `sub-${login}`, ...claims };
}

const configuration = {
  // A client that is « native » may come back to any port of the loopback address.
  clients: [{
    client_id: settings.clientID,
    client_secret: settings.clientSecret,
    application_type: 'native',
    redirect_uris: settings.redirects,
    post_logout_redirect_uris: settings.afterLogout,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: settings.authMethod,
    id_token_signed_response_alg: algorithm,
    ...(settings.signedUserInfo && { userinfo_signed_response_alg: algorithm }),
  }],
  clientAuthMethods: [settings.authMethod],
  claims: {
    openid: ['sub'], email: ['email', 'email_verified'], given_name: ['given_name'], usual_name: ['usual_name'], siret: ['siret'], acr: null,
  },
  acrValues: ['eidas1', 'eidas2'],
  conformIdTokenClaims: !settings.claimsInToken,
  cookies: { keys: [randomBytes(32).toString('hex')] },
  jwks: { keys: [signingKey()] },
  enabledJWA: { idTokenSigningAlgValues: [algorithm], userinfoSigningAlgValues: [algorithm] },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `/connexion/${interaction.uid}` },
  findAccount: (_ctx, sub) => {
    const account = settings.accounts.find((a) => `sub-${a.login}` === sub);
    return account && { accountId: sub, claims: () => claimsOf(account) };
  },
  // What the client asks for is granted: nothing of a sign-in is tested by a second form.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
    grant.addOIDCClaims([...ctx.oidc.requestParamClaims]);
    await grant.save();
    return grant;
  },
  renderError: (ctx, out) => { ctx.type = 'text/plain'; ctx.body = `${out.error}: ${out.error_description}`; },
};

const server = createServer();
server.listen(settings.port || 0, '127.0.0.1');
await new Promise((resolve, reject) => { server.once('listening', resolve); server.once('error', reject); });
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, configuration);
const callback = provider.callback();

// After a sign-out, too, any port of the loopback address will do.
const portless = (address) => Object.assign(new URL(address), { port: '' }).href;
provider.Client.prototype.postLogoutRedirectUriAllowed = function allowed(address) {
  return this.postLogoutRedirectUris.some((known) => portless(known) === portless(address));
};

// finish ends the interaction of a browser as the named account, or as a refusal.
async function finish(req, res, login) {
  const account = accounts.get(login);
  await provider.interactionFinished(req, res, account
    ? { login: { accountId: `sub-${account.login}`, acr: account.acr } }
    : { error: 'access_denied', error_description: 'declined at the provider' });
}

async function interact(req, res) {
  const { params, prompt } = await provider.interactionDetails(req, res);
  if (prompt.name === 'consent') { // asked for because the client is native
    await provider.interactionFinished(req, res, { consent: {} }, { mergeWithLastSubmission: true });
  } else if (req.method === 'POST') {
    let body = '';
    for await (const chunk of req) body += chunk;
    const form = new URLSearchParams(body);
    await finish(req, res, form.has('refuse') ? undefined : form.get('login'));
  } else if (accounts.has(params.login_hint)) {
    await finish(req, res, params.login_hint);
  } else {
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(`<!doctype html><html lang="fr"><title>Fournisseur d’identité de test</title>
<h1>Fournisseur d’identité de test</h1>
<form method="post"><label>Compte <input name="login" required></label>
<button name="accept" value="1">Se connecter</button> <button name="refuse" value="1" formnovalidate>Refuser</button></form></html>`);
  }
}

server.on('request', (req, res) => {
  if (!req.url.startsWith('/connexion/')) {
    callback(req, res);
    return;
  }
  interact(req, res).catch((error) => {
    res.statusCode = 400;
    res.end(String(error));
  });
});
process.stdout.write(`${issuer}\n`);
