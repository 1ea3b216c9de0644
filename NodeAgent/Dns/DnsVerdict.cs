namespace Crescent.NodeAgent.Dns;

/// <summary>What is to be done with a packet.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Length">Length of the answer to send.</param>
/// <param name="Alias">Lower-case wire name whose records are to be added.</param>
internal readonly record struct DnsVerdict(DnsAction Action, int Length, byte[]? Alias)
{
    public static DnsVerdict Ignore => new(DnsAction.Ignore, 0, null);

    public static DnsVerdict Forward => new(DnsAction.Forward, 0, null);

    public static DnsVerdict Send(int length) => new(DnsAction.Send, length, null);

    public static DnsVerdict Follow(byte[] alias) => new(DnsAction.Follow, 0, alias);
}
