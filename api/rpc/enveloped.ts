/** Which answers are bytes though their type ends in `+json`, for edges that take such answers for text. */

/**
 * Messages of a stream, and of gRPC-Web, come in envelopes that begin with their length as four bytes
 * (https://connectrpc.com/docs/protocol/#streaming-rpcs): decoding them as text breaks them.
 */
export const isEnveloped = (contentType: string): boolean => /^application\/(?:connect|grpc-web)\+/i.test(contentType);
