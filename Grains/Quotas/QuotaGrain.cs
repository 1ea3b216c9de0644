using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Quotas;

/// <summary>
/// Judges claims one after the other on sums that are brought up to a consistent state first. Claims that arrive while that goes on share the next
/// one; from there on a claim is judged and counted without a pause, so that none gets in between.
/// </summary>
[GrainType("quota")]
internal sealed class QuotaGrain : Grain, IQuotaGrain
{
    /// <summary>A claim whose object has not shown up by then was not committed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IResourceCaches _caches;
    private readonly TimeProvider _time;
    private readonly SharedRun _reading;
    private readonly Dictionary<ResourceType, Book> _books = [];
    private string _namespace = "";
    private IReadOnlyList<(string Uid, ResourceVersion Version)> _seen = [];
    private IReadOnlyList<QuotaFacts> _quotas = [];

    public QuotaGrain(IResourceCaches caches, TimeProvider time)
    {
        (_caches, _time) = (caches, time);
        _reading = new(ReadQuotasAsync);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _namespace = this.GetPrimaryKeyString();
        return Task.CompletedTask;
    }

    public async Task<ResourceError?> ClaimAsync(QuotaClaim claim, CancellationToken cancellationToken = default)
    {
        var book = BookOf(claim.Key.Type);
        await Task.WhenAll(_reading.RunAsync(), book.Reading.RunAsync()).WaitAsync(cancellationToken);
        if (_quotas.Count == 0)
        {
            return null;
        }

        var now = _time.GetTimestamp();
        book.Tally.Limit(_quotas);
        book.Tally.Expire(now - (long)(Patience.TotalSeconds * _time.TimestampFrequency));
        return book.Tally.Claim(claim, now);
    }

    private async Task ReadQuotasAsync()
    {
        var items = (await _caches.Get(QuotaAdmission.Quotas).GetConsistentAsync(CancellationToken.None)).Enumerate(_namespace).ToList();
        var seen = items.ConvertAll(static item => (item.Uid, item.Version));
        if (!seen.SequenceEqual(_seen))
        {
            (_seen, _quotas) = (seen, items.ConvertAll(QuotaFacts.Read));
        }
    }

    private Book BookOf(ResourceType type)
    {
        if (!_books.TryGetValue(type, out var book))
        {
            _books[type] = book = new(_namespace, _caches.Get(type));
        }

        return book;
    }

    /// <summary>The tally of one kind, and how it is kept up to date.</summary>
    private sealed class Book
    {
        private readonly string _namespace;
        private readonly IResourceCache _cache;

        public Book(string ns, IResourceCache cache)
        {
            (_namespace, _cache, Tally) = (ns, cache, new(cache.Type));
            Reading = new(ReadAsync);
        }

        public QuotaTally Tally { get; }

        public SharedRun Reading { get; }

        private async Task ReadAsync()
        {
            var view = await _cache.GetConsistentAsync(CancellationToken.None);
            if (view.Version <= Tally.Position)
            {
                return;
            }

            // Going through what happened in all namespaces is worth while for as long as it is less than what is in this one.
            if (view.Version.Value - Tally.Position.Value > (2L * Tally.Count) + 256 || !await TryFollowAsync(view.Version))
            {
                Tally.Restart(view.Enumerate(_namespace), view.Version);
            }
        }

        private async Task<bool> TryFollowAsync(ResourceVersion version)
        {
            using var changes = _cache.Subscribe(Tally.Position);
            try
            {
                while (changes is not null && Tally.Position < version)
                {
                    var batch = await changes.ReadAsync(CancellationToken.None);
                    Tally.Apply(_namespace, batch, changes.Position);
                }
            }
            catch (SubscriptionLostException)
            {
                // The whole state is there; the caller counts again.
                return false;
            }

            return changes is not null;
        }
    }
}
