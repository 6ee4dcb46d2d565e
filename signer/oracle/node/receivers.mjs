// A server of receivers, one for each scheme, that check what they are sent with
// the provider's own library: POST /SCHEME is answered 200 or 400 with the
// reason. A body is handed to the library as the bytes that came.
//
// The first line of standard input is the configuration, JSON: by scheme,
// {"secret", "url"}, where url is the address that the sender is said to have
// used. The first line of output is the port. The server ends with its input.
import http from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const refuse = (text) => { throw new Error(text); };
const accept = (ok) => ok || refuse("the library refused it");
const form = (body) => Object.fromEntries(new URLSearchParams(body.toString()));

// r: {body: Buffer, text, headers, method, url, secret, path}
const receivers = {
  "stripe.v1": async (r) => {
    const { default: Stripe } = await import("stripe");
    Stripe.webhooks.signature.verifyHeader(r.body, r.headers["stripe-signature"], r.secret, 300);
  },
  "svix.v1": async (r) => {
    const { Webhook } = await import("svix");
    new Webhook(r.secret).verify(r.text, r.headers);
  },
  "standard-webhooks.v1": async (r) => {
    const { Webhook } = await import("standardwebhooks");
    new Webhook(r.secret).verify(r.text, r.headers);
  },
  "github.sha256": async (r) => {
    const { verify } = await import("@octokit/webhooks-methods");
    accept(await verify(r.secret, r.text, r.headers["x-hub-signature-256"]));
  },
  "twilio.form": (r) => accept(require("twilio").validateRequest(r.secret, r.headers["x-twilio-signature"], r.url, form(r.body))),
  "twilio.json-body": (r) => accept(require("twilio").validateRequestWithBody(r.secret, r.headers["x-twilio-signature"], r.url, r.text)),
  "slack.v0": (r) => require("@slack/bolt/dist/receivers/verify-request").verifySlackRequest({
    signingSecret: r.secret, body: r.text,
    headers: { "x-slack-signature": r.headers["x-slack-signature"], "x-slack-request-timestamp": Number(r.headers["x-slack-request-timestamp"]) },
  }),
  "hubspot.v1": (r) => hubspot(r, "v1", r.headers["x-hubspot-signature"]),
  "hubspot.v2": (r) => hubspot(r, "v2", r.headers["x-hubspot-signature"]),
  "hubspot.v3": (r) => hubspot(r, "v3", r.headers["x-hubspot-signature-v3"], Number(r.headers["x-hubspot-request-timestamp"])),
  "square.hmacsha256": async (r) => {
    const { WebhooksHelper } = await import("square");
    accept(await WebhooksHelper.verifySignature({ requestBody: r.text, signatureHeader: r.headers["x-square-hmacsha256-signature"], signatureKey: r.secret, notificationUrl: r.url }));
  },
  "paddle.h1": async (r) => {
    const { Paddle } = await import("@paddle/paddle-node-sdk");
    accept(await new Paddle("key").webhooks.isSignatureValid(r.text, r.secret, r.headers["paddle-signature"]));
  },
  "shopify.hmac-sha256": async (r) => {
    await import("@shopify/shopify-api/adapters/node");
    const { shopifyApi, ApiVersion } = await import("@shopify/shopify-api");
    const api = shopifyApi({
      apiKey: "key", apiSecretKey: r.secret, hostName: "localhost", apiVersion: Object.values(ApiVersion).at(-2), isEmbeddedApp: false,
      logger: { log: () => {} },
    });
    const { valid, reason } = await api.webhooks.validate({ rawBody: r.text, rawRequest: r.request, rawResponse: {} });
    valid || refuse(reason);
  },
  "sendgrid.ecdsa-p256": (r) => {
    const { EventWebhook } = require("@sendgrid/eventwebhook");
    const hook = new EventWebhook();
    accept(hook.verifySignature(hook.convertPublicKeyToECDSA(r.secret), r.body, r.headers["x-twilio-email-event-webhook-signature"], r.headers["x-twilio-email-event-webhook-timestamp"]));
  },
  "discord.interactions": async (r) => accept(await require("discord-interactions").verifyKey(r.body, r.headers["x-signature-ed25519"], r.headers["x-signature-timestamp"], r.secret)),
  "line": async (r) => {
    const { validateSignature } = await import("@line/bot-sdk");
    accept(validateSignature(r.body, r.secret, r.headers["x-line-signature"]));
  },
  "adyen.payments": (r) => {
    const { hmacValidator: Validator } = require("@adyen/api-library");
    const items = JSON.parse(r.text).notificationItems;
    items.length > 0 || refuse("no items");
    items.forEach((item) => accept(new Validator().validateHMAC(item.NotificationRequestItem, r.secret)));
  },
  "adyen.platform": (r) => {
    const { hmacValidator: Validator } = require("@adyen/api-library");
    accept(new Validator().validateHMACSignature(r.secret, r.headers.hmacsignature, r.text));
  },
  "contentful": (r) => accept(require("@contentful/node-apps-toolkit").verifyRequest(r.secret, { method: r.method, path: r.path, headers: r.headers, body: r.text }, 300)),
  "plivo.v2": (r) => accept(require("plivo").validateSignature(r.url, r.headers["x-plivo-signature-v2-nonce"], r.headers["x-plivo-signature-v2"], r.secret)),
  "plivo.v3": (r) => accept(require("plivo").validateV3Signature(r.method, r.url, r.headers["x-plivo-signature-v3-nonce"], r.secret, r.headers["x-plivo-signature-v3"], form(r.body))),
  "box.v1": async (r) => {
    const { WebhooksManager } = require("box-node-sdk/managers/webhooks");
    accept(await WebhooksManager.validateMessage(r.text, r.headers, r.secret));
  },
  "linear": async (r) => {
    const { LinearWebhookClient } = await import("@linear/sdk/webhooks");
    accept(new LinearWebhookClient(r.secret).verify(r.body, r.headers["linear-signature"]));
  },
  "workos": async (r) => {
    const { WorkOS } = await import("@workos-inc/node");
    accept(await new WorkOS("sk_test").webhooks.verifyHeader({ payload: r.text, sigHeader: r.headers["workos-signature"], secret: r.secret }));
  },
  "razorpay": (r) => accept(require("razorpay").validateWebhookSignature(r.text, r.headers["x-razorpay-signature"], r.secret)),
  "messagebird.jwt": async (r) => {
    const { verify } = require("messagebird/lib/webhook-signature-jwt");
    const { createSecretKey } = require("node:crypto");
    await verify(r.url, r.body, r.headers["messagebird-signature-jwt"], createSecretKey(Buffer.from(r.secret)));
  },
  "mux": async (r) => {
    const { default: Mux } = await import("@mux/mux-node");
    await new Mux({ tokenId: "a", tokenSecret: "b" }).webhooks.verifySignature(r.text, r.headers, r.secret);
  },
  "openai": async (r) => {
    const { default: OpenAI } = await import("openai");
    await new OpenAI({ apiKey: "a" }).webhooks.verifySignature(r.text, r.headers, r.secret);
  },
};

function hubspot(r, signatureVersion, signature, timestamp) {
  const { Signature } = require("@hubspot/api-client");
  accept(Signature.isValid({ signature, clientSecret: r.secret, requestBody: r.text, signatureVersion, url: r.url, method: r.method, timestamp }));
}

const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
  const secrets = JSON.parse(line);
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const asked = new URL(request.url, "http://localhost");
      const scheme = asked.pathname.slice(1);
      const body = Buffer.concat(chunks);
      try {
        const url = asked.searchParams.get("url") ?? `http://${request.headers.host}${request.url}`;
        const { pathname, search } = new URL(url);
        await receivers[scheme]({
          request, body, text: body.toString(), headers: request.headers, method: request.method,
          url, path: pathname + search, secret: secrets[scheme],
        });
        response.writeHead(200).end("ok");
      } catch (error) {
        response.writeHead(400).end(String(error?.message ?? error));
      }
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port, schemes: Object.keys(receivers) })));
  lines.once("close", () => { server.closeAllConnections(); server.close(); });
});
