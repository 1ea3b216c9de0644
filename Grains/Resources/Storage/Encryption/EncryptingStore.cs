using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources.Storage.Encryption;

/// <summary>A store that keeps the bodies of some types encrypted. Nothing above it notices.</summary>
internal sealed class EncryptingStore(IResourceStore inner, BodyCipher cipher, IReadOnlySet<ResourceType> types)
    : ResourceStoreDecorator(inner), IAsyncDisposable
{
    public override ValueTask<StoredObject?> LoadAsync(ResourceKey key, CancellationToken cancellationToken) =>
        types.Contains(key.Type) ? LoadOpenAsync(key, cancellationToken) : Inner.LoadAsync(key, cancellationToken);

    public override async Task<IReadOnlyList<StoredObject>> ReadPageAsync(
        ResourceType type, ResourceKey? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await Inner.ReadPageAsync(type, after, limit, cancellationToken);
        return types.Contains(type) ? [.. rows.Select(Open)] : rows;
    }

    public override async Task<IReadOnlyList<StoredChange>> ReadNewestChangesAsync(
        ResourceType type, ResourceVersion after, int limit, CancellationToken cancellationToken)
    {
        var changes = await Inner.ReadNewestChangesAsync(type, after, limit, cancellationToken);
        return types.Contains(type) ? [.. changes.Select(change => change with { Object = Open(change.Object) })] : changes;
    }

    public override Task<WriteOutcome[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        foreach (var write in writes)
        {
            if (types.Contains(write.Key.Type))
            {
                return Inner.CommitAsync([.. writes.Select(Seal)], cancellationToken);
            }
        }

        return Inner.CommitAsync(writes, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        switch (Inner)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    private async ValueTask<StoredObject?> LoadOpenAsync(ResourceKey key, CancellationToken cancellationToken) =>
        await Inner.LoadAsync(key, cancellationToken) is { } row ? Open(row) : null;

    private StoredObject Open(StoredObject row) => row with { Body = cipher.Decrypt(row.Key, row.Body) };

    private RowWrite Seal(RowWrite write)
    {
        if (!types.Contains(write.Key.Type))
        {
            return write;
        }

        var plain = write.Snapshot;
        return write with
        {
            Snapshot = new()
            {
                Key = plain.Key, Uid = plain.Uid, Version = plain.Version, Body = cipher.Encrypt(plain.Key, plain.Body), Labels = plain.Labels,
                Fields = plain.Fields, OwnerUids = plain.OwnerUids, ControllerUid = plain.ControllerUid, DeletionTimestamp = plain.DeletionTimestamp,
            },
        };
    }
}
