namespace Crescent.Grains.Nodes;

/// <summary>How long this silo has been able to hear from nodes.</summary>
internal sealed class SiloAge(TimeProvider time)
{
    private long _since = time.GetTimestamp();

    public TimeSpan Value => time.GetElapsedTime(Interlocked.Read(ref _since));

    /// <summary>Called once, when the silo takes calls.</summary>
    public void Begin() => Interlocked.Exchange(ref _since, time.GetTimestamp());
}
