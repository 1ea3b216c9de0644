namespace Crescent.NodeAgent.Registration;

/// <summary>
/// How old the list of gateways may be: seconds while connections come and go, and half a minute when all has been well for a minute, since
/// each question costs both sides a TLS handshake and a signature.
/// </summary>
internal sealed class GatewayPace(TimeProvider time)
{
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(29);
    public static readonly TimeSpan Disturbed = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan SettlesAfter = TimeSpan.FromMinutes(1);

    private long _disturbedAt = time.GetTimestamp();

    public TimeSpan Freshness => time.GetElapsedTime(Volatile.Read(ref _disturbedAt)) > SettlesAfter ? Settled : Disturbed;

    /// <summary>A connection was lost or made: what was known may be wrong now.</summary>
    public void Disturb() => Volatile.Write(ref _disturbedAt, time.GetTimestamp());
}
