// A process of its own that plays the defended site and its proxy, so that its work is on nobody's account.
import { startDefendedSite, type DefenceRules } from '../helpers/sites/defended-site.ts';
import { buildPage } from './page.ts';

export type DefendedMessage =
    | { kind: 'ready'; authority: string }
    | { kind: 'exits'; urls: string[] }
    | { kind: 'report'; requests: number; statuses: Record<string, number>; connections: number };

const pageBytes = 400 * 1024;

const site = await startDefendedSite((place) => buildPage(place, pageBytes));
const tell = (message: DefendedMessage) => void process.send?.(message);

process.on('message', (message: DefenceRules | 'report') => {
    if (message === 'report') tell({ kind: 'report', ...site.report() });
    else tell({ kind: 'exits', urls: site.defend(message) });
});
process.on('disconnect', () => process.exit());
tell({ kind: 'ready', authority: site.authority });
