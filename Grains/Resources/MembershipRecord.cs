using Orleans.Runtime;

namespace Crescent.Grains.Resources;

/// <summary>
/// Reads this silo's row of the membership table. A silo that finds itself dead there has its membership read the table too, which ends it:
/// the others do not talk to it any more, so nobody else will tell.
/// </summary>
internal sealed class MembershipRecord(IMembershipTable table, ILocalSiloDetails silo, IClusterMembershipService membership) : IMembershipRecord
{
    public async Task<bool> IsMemberAsync(CancellationToken cancellationToken)
    {
        var rows = await table.ReadRowAsync(silo.SiloAddress, cancellationToken);
        if (rows.Members.Count > 0 && rows.Members[0].Item1.Status != SiloStatus.Dead)
        {
            return true;
        }

        await membership.Refresh(cancellationToken: cancellationToken);
        return false;
    }
}
