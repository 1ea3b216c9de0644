using Crescent.Identity;

namespace Crescent.Grains.Resources.Storage;

/// <summary>Versions a sequencer may hand out, persisted before use so that no other activation ever hands them out again.</summary>
/// <param name="Epoch">Epoch the block belongs to.</param>
/// <param name="First">First version.</param>
/// <param name="Last">Last version, inclusive.</param>
/// <param name="PrunedThrough">Deletions up to here may have been forgotten.</param>
internal readonly record struct VersionBlock(long Epoch, ResourceVersion First, ResourceVersion Last, ResourceVersion PrunedThrough);
