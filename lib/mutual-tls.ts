/** An API under a domain of one's own, where whoever calls shows a certificate as well: the truststore says of which issuers. */
import { DomainName, EndpointType, type IRestApi, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MutualTls } from './stage.ts';

/** @param name below the stage's domain: `agents` is served at `agents.<domain>` */
export function behindMutualTls(scope: Construct, name: string, api: RestApi, of: MutualTls): string {
  const domainName = `${name}.${of.domainName}`;
  new DomainName(scope, 'Domain', {
    domainName,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', of.certificateArn),
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    // The types of CDK's own classes do not take each other under exactOptionalPropertyTypes.
    mapping: api as unknown as IRestApi,
    mtls: {
      bucket: Bucket.fromBucketName(scope, 'Truststore', of.truststore.bucket),
      key: of.truststore.key,
      // Another version of the object changes nothing until it is named.
      ...(of.truststore.version !== undefined && { version: of.truststore.version }),
    },
  });
  return `https://${domainName}`;
}
