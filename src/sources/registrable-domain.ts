import { getDomain } from 'tldts';

/**
 * Domains shared by many companies: LinkedIn's own, link shorteners and link pages. They say nothing about a company.
 */
const sharedDomains = new Set(
    (
        'linkedin.com linkedin.cn lnkd.in ' +
        'bit.ly bitly.com goo.gl goo.gle g.co t.co x.gd tinyurl.com tiny.cc tiny.one is.gd v.gd ow.ly buff.ly cutt.ly ' +
        'rebrand.ly rb.gy t.ly bl.ink short.io shorturl.at shorturl.com s.id dub.sh dub.co soo.gd adf.ly clck.ru vk.cc ' +
        'urlz.fr u.to qr.ae qrco.de hubs.ly hubs.la hubs.li ift.tt dlvr.it trib.al spr.ly smarturl.it lnk.to lnk.bio ' +
        'linktr.ee linkin.bio beacons.ai bio.link campsite.bio taplink.cc msha.ke carrd.co solo.to ' +
        'fb.me m.me youtu.be wa.me t.me wp.me amzn.to apple.co spoti.fi aka.ms msft.it ibm.co nyti.ms bbc.in'
    ).split(' '),
);

/**
 * The registrable domain of a website by the public suffix list: `https://shop.acme.co.uk/x` is `acme.co.uk`, and a
 * site under a private suffix is itself (`acme.github.io`). In lower case; names beyond ASCII as written. Null for an
 * invalid address, and for shared domains.
 */
export function readRegistrableDomain(website: string | null): string | null {
    const domain = website === null ? null : getDomain(website, { allowPrivateDomains: true });
    return domain === null || sharedDomains.has(domain) ? null : domain;
}
