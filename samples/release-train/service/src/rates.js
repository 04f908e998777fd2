/** What a parcel costs: a base price per zone, and a price per started kilogram above the first. */

const ZONES = {
  domestic: { base: 490, perKilogram: 60 },
  europe: { base: 1290, perKilogram: 190 },
  world: { base: 2890, perKilogram: 550 },
};

export const MAX_KILOGRAMS = 31.5;

/** @returns the price in cents; throws a RangeError for a zone or weight that is not carried */
export function priceInCents(zone, kilograms) {
  const tariff = Object.hasOwn(ZONES, zone) ? ZONES[zone] : undefined;
  if (tariff === undefined) throw new RangeError(`unknown zone ${JSON.stringify(zone)}`);
  if (!(kilograms > 0 && kilograms <= MAX_KILOGRAMS)) throw new RangeError(`not carried: ${kilograms} kg`);
  return tariff.base + (Math.ceil(kilograms) - 1) * tariff.perKilogram;
}
