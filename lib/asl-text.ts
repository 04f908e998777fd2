/**
 * A definition as the text of a CloudFormation property: a plan's words are data there, whatever they look like.
 *
 * CDK takes `${Token[…]}` in a string for a reference and CloudFormation takes `${…}` for a substitution, and an
 * object's key `Ref` or `Fn::…` for a function. So the definition goes in as one string, in which `${` is written with
 * a JSON escape: JSON reads it back as it was, the other two see nothing.
 */
import { Fn } from 'aws-cdk-lib';

/**
 * @param definition ASL, with `placeholder` (a string that occurs nowhere else in it) where `value` belongs
 * @param value what to put in, a token maybe; must need no escaping in JSON (a URL, an ARN)
 */
export function aslText(definition: unknown, placeholder: string, value: string): string {
  const text = JSON.stringify(definition).replaceAll('${', '\\u0024{');
  const [first = '', ...rest] = text.split(placeholder);
  return Fn.join('', [first, ...rest.flatMap((part) => [value, part])]);
}
