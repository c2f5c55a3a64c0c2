/** Where the people of an area talk to one another (联络群): the id of each group, and the way to it. */
import type { AreaRef, Channel } from "../api/types";
import { channelName, pageOf } from "../channels";
import { t } from "../i18n/translate";
import { Copy } from "./area-parts";

function Line({ channel, areas }: { channel: Channel; areas: AreaRef[] }) {
  const { kind, group, link, area } = channel;
  const page = pageOf(link);
  return (
    <li class="code-line">
      <span class="quiet">{channelName(kind)}</span>
      <code>{group}</code>
      <Copy text={group} label={t("channel.copy")} />
      {page !== null && (
        <a class="plain" href={page} target="_blank" rel="noopener noreferrer">
          {t("channel.open")}
        </a>
      )}
      {page === null && link !== null && <code>{link}</code>}
      <span class="quiet">{areas.find(({ code }) => code === area)?.name ?? area}</span>
    </li>
  );
}

/** Folded, so that the card fits one screen at 1080p; `areas` are those whose names are known. */
export function ChannelList({ channels, areas }: { channels: Channel[]; areas: AreaRef[] }) {
  if (channels.length === 0) return null;
  return (
    <details class="folded" data-testid="channels">
      <summary>
        {t("card.channels")} <span class="quiet">{channels.length}</span>
      </summary>
      <ul class="links">
        {channels.map((channel) => (
          <Line key={`${channel.area} ${channel.kind} ${channel.group}`} channel={channel} areas={areas} />
        ))}
      </ul>
    </details>
  );
}
