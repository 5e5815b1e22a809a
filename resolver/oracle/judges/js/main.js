// The judge of js-v3: asks @aws-sdk/credential-provider-node for credentials,
// once a line of standard input. See package oracle.
"use strict";
const readline = require("node:readline");
const { defaultProvider } = require("@aws-sdk/credential-provider-node");

// A token is renewed at most every 30 seconds (token-providers, fromSso), which
// would make one answer depend on another; so each begins an hour later.
const now = Date.now;
let later = 0;
Date.now = () => now() + later;

// A promise that fails and that nobody waits for ends the program, whatever the
// answer was.
let abandoned;
process.on("unhandledRejection", (e) => { abandoned = e; });

// Standard output is for answers alone.
console.warn = console.log = console.info = () => {};

// become gives this process another environment and directory.
function become(q) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, q.env);
  process.chdir(q.dir);
  later += 3600 * 1000;
}

// The features that an answer is marked with, the outermost first.
const features = [
  "CREDENTIALS_STS_ASSUME_ROLE", "CREDENTIALS_STS_ASSUME_ROLE_WEB_ID", "CREDENTIALS_SSO", "CREDENTIALS_SSO_LEGACY",
  "CREDENTIALS_LOGIN", "CREDENTIALS_PROCESS", "CREDENTIALS_HTTP", "CREDENTIALS_PROFILE", "CREDENTIALS_ENV_VARS", "CREDENTIALS_IMDS",
];

// Keys of the instance have no mark, nor have those of a container that the second
// of its providers gets; the two exclude each other.
function unmarked() {
  const uri = process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  return uri ? "CREDENTIALS_HTTP" : "CREDENTIALS_IMDS";
}

async function ask(q) {
  if (q.key) return { outcome: "credentials", provider: "CREDENTIALS_CODE", key: q.key };
  try {
    const init = { maxRetries: 0, timeout: 1000 };
    if (q.profile) init.profile = q.profile;
    const c = await defaultProvider(init)();
    const source = c.$source || {};
    return {
      outcome: "credentials",
      provider: features.find((f) => source[f]) || unmarked(),
      key: c.accessKeyId,
      token: Boolean(c.sessionToken),
    };
  } catch (e) {
    const error = `${e?.name || "Error"}: ${e?.message}`;
    return { outcome: error.includes("Could not load credentials from any providers") ? "none" : "error", error };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const q = JSON.parse(line);
    become(q);
    abandoned = undefined;
    let answer = await ask(q);
    await new Promise(setImmediate);
    if (abandoned) answer = { outcome: "error", error: `the program ends: ${abandoned}` };
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
})();
