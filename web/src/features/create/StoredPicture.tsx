import { imageAddress } from '@/api/uploads'
import { orientationIn } from '@/lib/orientation'
import type { DraftPicture } from '@/stores/draftStore'
import { create } from '@/text/create'
import { PictureFrame } from './PictureFrame'
import type { Crop } from './size'
import { UprightImage } from './UprightImage'
import type { Stored } from './useStored'

interface StoredPictureProps {
  picture: DraftPicture
  stored: Stored
  crop: Crop | null
  alt: string
  /** Of the words in its place when the server has it no more. */
  goneClass: string
}

/** A picture of the draft as the server has it, with what of it will be used. */
export function StoredPicture({ picture, stored, crop, alt, goneClass }: StoredPictureProps) {
  if (stored.gone) {
    return (
      <p role="alert" className={goneClass}>
        {create.pictures.gone}
      </p>
    )
  }
  return (
    <PictureFrame size={picture} crop={crop}>
      <UprightImage
        src={imageAddress(picture.imageId)}
        orientation={orientationIn(picture.imageId)}
        alt={alt}
        onError={stored.onError}
      />
    </PictureFrame>
  )
}
