/**
 * The meaning of a column by its name. `linkedin`: addresses of people; `link`: any addresses; `person`: the people of
 * the list, in any form; `handle`: handles; `someone_else`: another person or a company; `other`: other data about
 * people.
 */
export type ColumnMeaning = 'linkedin' | 'link' | 'person' | 'handle' | 'someone_else' | 'other';

const maxLabelLength = 80;
/** A name with an example address. */
const nameWithExample =
    /^([^:/]{2,60}?)[\s([,:–-]+(?:e\.?\s?g|ex|example|for example|such as|z\.\s?b|beispiel|ejemplo|exemple|format)\b[^/]{0,20}\S{0,200}\//i;

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Other people and organisations in tables, in the languages of common exports. */
const someoneElse = words(`
    company companies organization organisation org employer account school university manager boss supervisor
    interviewer mentor advisor coach reviewer approver referrer referred referral recruiter owner introduced
    introducer intro colleague reports spouse sender editor sponsor mutual related similar recommended
    recommendations recommender also viewed assistant parent via agency investor firma unternehmen arbeitgeber
    vorgesetzter vorgesetzte chef empfohlen empresa jefe gerente entreprise societe responsable azienda capo bedrijf
    werkgever`);
/** `Added by`, `Empfohlen von`: the last word marks another person. */
const byWords = words('by von par por door');
/** Other networks, whose handles mean nothing here. */
const otherNetworks = words(`
    twitter github gitlab instagram insta facebook fb tiktok skype telegram discord slack youtube xing medium reddit
    pinterest whatsapp wechat email mail`);
const linkWords = words(
    'url urls link links href uri profile profiles profil profils perfil profilo profiel lien enlace',
);
/** Words for the people of a list. */
const personWords = words(`
    person people persons member members contact contacts lead leads candidate candidates prospect prospects employee
    employees staff founder founders attendee attendees participant participants speaker speakers student students
    alumni customer customers commenter commenters`);
/** Words that may accompany a word for a link without changing its meaning. */
const linkCompanions = words(`
    public user default canonical original input page address http https www my your their the of
    to de del du des di zum van adresse direccion contacto persona full final`);
const handleNames = words(`
    handle handles username usernames userid publicidentifier publicidentifiers publicid vanity vanityname vanityurlname
    vanityhandle slug profileslug profilehandle profileusername screenname linkedinhandle linkedinusername linkedinslug
    linkedinvanity linkedinvanityname linkedinpublicid linkedinpublicidentifier linkedinidentifier benutzername
    nombredeusuario nomutilisateur nomeutente`);
const websites = words('website websites web site homepage blog domain sales navigator salesnavigator talent');
const pictures = words(
    'photo photos picture pictures image images avatar logo banner background post posts job jobs article',
);
/** Other common headers. */
const otherNames = words(`
    name names first last full given family surname middle title headline position role job function occupation email
    mail phone mobile tel telephone city town country region state location address zip postcode date day created
    connected connection connections notes note comment comments tags tag status id no nr number type category industry
    sector department seniority size degree score rank list group source campaign language gender birthday followers
    vorname nachname titel stelle beruf ort stadt land datum notiz bemerkung telefon strasse nom prenom poste ville pays
    nombre apellido apellidos puesto cargo ciudad pais correo cognome nome ruolo citta voornaam achternaam functie plaats
    sobrenome`);

/** The meaning of a column by its name; null for an unknown name. */
export function readColumnName(name: string): ColumnMeaning | null {
    const parts = splitWords(nameWithExample.exec(name)?.[1] ?? name);
    if (parts.length === 0 || parts.length > 8) return null;
    const joined = parts.join('');
    const has = (known: ReadonlySet<string>) => parts.some((part) => known.has(part));
    const isLinkedin = joined.includes('linkedin') || parts[0] === 'li' || parts.includes('lnkd');
    if (byWords.has(parts.at(-1) ?? '') || (has(someoneElse) && joined !== 'linkedinaccount')) return 'someone_else';
    if (has(pictures)) return 'other';
    if (!isLinkedin && (has(otherNetworks) || (parts[0] === 'x' && parts.length > 1))) return 'other';
    if (handleNames.has(joined)) return 'handle';
    if (has(websites)) return 'other';
    if (isLinkedin) return parts.some((part) => otherNames.has(part) && part !== 'address') ? 'other' : 'linkedin';
    if (/profile(?:page)?(?:url|link|address|uri)s?$/.test(joined)) return 'linkedin';
    const isLink = (part: string) =>
        linkWords.has(part) || /^(?:profile|person|member|contact|public)?(?:url|link)s?$/.test(part);
    const isCompanion = (part: string) => linkCompanions.has(part) || personWords.has(part);
    if (parts.some(isLink) && parts.every((part) => isLink(part) || isCompanion(part))) return 'link';
    if (has(personWords) && parts.every(isCompanion)) return 'person';
    return has(otherNames) || parts.every(isCompanion) ? 'other' : null;
}

/** Whether a text can be a header: short and not an address. */
export function isLabel(text: string): boolean {
    return text.length <= maxLabelLength && !/[@{}<>=]|:\/\/|\.\p{L}{2,}(?:\/|$)/u.test(text);
}

/** Whether a text consists only of words known from column names, so it is neither a person nor a sentence. */
export function isColumnName(text: string): boolean {
    const known = [someoneElse, linkWords, personWords, linkCompanions, handleNames, websites, pictures, otherNames];
    const parts = splitWords(text);
    const isKnown = (part: string) =>
        known.some((set) => set.has(part)) ||
        /^(?:linkedin|linked|in|li|user|identifier|vanity|(?:profile|person|member|linkedin)urls?)$/.test(part);
    return isLabel(text) && parts.length > 0 && parts.every(isKnown);
}

/** `LinkedIn (e.g. https://www.linkedin.com/in/someone)`: a column name, not a person to fetch. */
export function isNameWithExample(text: string): boolean {
    const [, name] = nameWithExample.exec(text) ?? [];
    return name !== undefined && isColumnName(name);
}

/**
 * The meaning of a JSON path by its keys: that of the last one, unless an earlier key names somebody else and no later
 * one the people of a list (`company.employees.url`).
 */
export function readPathName(keys: readonly string[]): ColumnMeaning | null {
    const meanings = keys.map(readColumnName);
    if (meanings.lastIndexOf('someone_else') > meanings.lastIndexOf('person')) return 'someone_else';
    const last = meanings.at(-1) ?? null;
    return last === 'link' && meanings.includes('linkedin') ? 'linkedin' : last;
}

/** The words of a name in lower case without accents: `Person LinkedIn-URL`, `personLinkedinUrl`, `person_url`. */
function splitWords(name: string): string[] {
    const plain = name
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replaceAll(/linkedin/gi, 'Linkedin');
    const spaced = plain.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
    return spaced.toLowerCase().match(/\p{L}+/gu) ?? [];
}
