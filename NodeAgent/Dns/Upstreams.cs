using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Dns;

/// <summary>
/// The host's resolvers, read from its resolv.conf now and then. Addresses this server answers on itself are left out: asking them would
/// go round in circles.
/// </summary>
internal sealed class Upstreams(string path, TimeProvider time)
{
    private const int Port = 53;
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(10);

    private ImmutableArray<IPEndPoint> _servers = [];
    private long? _readAt;

    /// <summary>Addresses never to be asked.</summary>
    public ImmutableHashSet<IPAddress> Own { get; set; } = [];

    public ImmutableArray<IPEndPoint> Current
    {
        get
        {
            if (_readAt is not { } at || time.GetElapsedTime(at) > ReadEvery)
            {
                _readAt = time.GetTimestamp();
                _servers = Read();
            }

            return _servers;
        }
    }

    private ImmutableArray<IPEndPoint> Read()
    {
        try
        {
            return [.. ResolvConf.Parse(File.ReadAllText(path)).NameServers
                .Select(text => IPAddress.TryParse(text, out var address) ? address : null)
                .OfType<IPAddress>()
                .Where(address => !Own.Contains(address))
                .Distinct()
                .Select(address => new IPEndPoint(address, Port))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return _servers; // Being rewritten, or none at all; what was known still holds.
        }
    }
}
