using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>A bucket's way to another silo.</summary>
/// <param name="Target">A silo that joined.</param>
/// <param name="Since">Time stamp of when that was noticed.</param>
internal sealed record BucketMove(SiloAddress Target, long Since);
