import { Switch } from '../ui/Switch'

export type ListingChoice = { isListed: boolean; onChange(isListed: boolean): void }

/** The stream can be found without its link. Off until the broadcaster chooses otherwise. */
export function ListingSwitch({ listing }: { listing: ListingChoice }) {
  return (
    <div className="mt-5">
      <Switch
        label="Show the stream under “Live”"
        text="Everybody can find it there, with its title and poster, while it is live. Otherwise, a viewer needs the link."
        isOn={listing.isListed}
        onChange={listing.onChange}
      />
    </div>
  )
}
