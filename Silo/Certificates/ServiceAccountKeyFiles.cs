using System.Collections.Immutable;
using Crescent.Authentication;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// Keys of service account tokens: <c>pki/sa.key</c> signs, and it and every <c>pki/sa-*.pub</c> verify. To rotate, rename <c>sa.pub</c> to
/// <c>sa-OLD.pub</c> and put a new <c>sa.key</c> and <c>sa.pub</c> in place; the files are looked at again every half minute.
/// </summary>
internal sealed class ServiceAccountKeyFiles(ClusterSecrets secrets, TimeProvider time) : IServiceAccountKeys
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private readonly string _directory = secrets.PkiDirectory;
    private readonly Lock _lock = new();
    private volatile Loaded? _loaded;

    public TokenKey Signing => Get().Signing;

    public ImmutableArray<TokenKey> Verifying => Get().Verifying;

    private Loaded Get()
    {
        if (_loaded is { } loaded && time.GetElapsedTime(loaded.LookedAt) < Freshness)
        {
            return loaded;
        }

        lock (_lock)
        {
            if (_loaded is not { } present || time.GetElapsedTime(present.LookedAt) >= Freshness)
            {
                _loaded = Look(_loaded);
            }

            return _loaded!;
        }
    }

    private Loaded Look(Loaded? present)
    {
        var files = Directory.GetFiles(_directory, "sa-*.pub").Order(StringComparer.Ordinal).Prepend(Path.Combine(_directory, "sa.key")).ToList();
        var stamp = string.Join('|', files.Select(static file => $"{file}@{File.GetLastWriteTimeUtc(file).Ticks}"));
        if (present?.Stamp == stamp)
        {
            return present with { LookedAt = time.GetTimestamp() };
        }

        var keys = files.Select(static file => TokenKey.FromPem(File.ReadAllText(file))).DistinctBy(static key => key.Id).ToImmutableArray();
        return new(keys[0], keys, stamp, time.GetTimestamp());
    }

    private sealed record Loaded(TokenKey Signing, ImmutableArray<TokenKey> Verifying, string Stamp, long LookedAt);
}
