namespace Crescent.Scheduling;

/// <summary>A port a pod takes on its node.</summary>
internal readonly record struct HostPort(string Ip, string Protocol, int Port)
{
    private const string AllAddresses = "0.0.0.0";

    public bool ConflictsWith(HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (Ip == other.Ip || Ip == AllAddresses || other.Ip == AllAddresses);

    public static HostPort Of(string? ip, string? protocol, int port) =>
        new(string.IsNullOrEmpty(ip) ? AllAddresses : ip, string.IsNullOrEmpty(protocol) ? "TCP" : protocol, port);
}
