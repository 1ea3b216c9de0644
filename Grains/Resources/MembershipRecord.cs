using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>Reads this silo's row of the membership table.</summary>
internal sealed class MembershipRecord(IMembershipTable table, ILocalSiloDetails silo) : IMembershipRecord
{
    public async Task<bool> IsMemberAsync(CancellationToken cancellationToken)
    {
        var rows = await table.ReadRowAsync(silo.SiloAddress, cancellationToken);
        return rows.Members.Count > 0 && rows.Members[0].Item1.Status != SiloStatus.Dead;
    }
}
