/** What is held against servers and clients that misbehave: it must hold whichever transport carries the requests. */
const BOTH =
  /^test\/(?:attacks\/(?:a-body|a-broken|an-upstream|every-body|framing|generated-framing|generated-headers|generated-replies)|chaos\/(?:bulkhead|clients-leave|descriptors|upstreams)|forward\/(?!transport)|journeys\/forward|listen\/(?:body-limit|streams))/;

/** Each file once, and those that concern transports once more over undici. */
export function runsOf(files) {
  const again = process.env.TEST_TRANSPORT === undefined ? files.filter((source) => BOTH.test(source)) : [];
  return [
    ...files.map((source) => ({ source, name: source, env: {} })),
    ...again.map((source) => ({
      source,
      name: `${source} over undici`,
      env: { TEST_TRANSPORT: 'undici' },
    })),
  ];
}
