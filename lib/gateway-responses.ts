/** What the gateway answers by itself has the headers that our own answers have. */
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { SECURITY_HEADERS } from './security-headers.ts';

export function secureGatewayResponses(api: RestApi): void {
  const responseHeaders = Object.fromEntries(
    Object.entries({ ...SECURITY_HEADERS, 'cache-control': 'no-store' }).map(([name, value]) => [
      name,
      // A static value stands in single quotes, and has none within.
      `'${value.replaceAll("'", '"')}'`,
    ]),
  );
  api.addGatewayResponse('Refused', { type: ResponseType.DEFAULT_4XX, responseHeaders });
  api.addGatewayResponse('Failed', { type: ResponseType.DEFAULT_5XX, responseHeaders });
}
