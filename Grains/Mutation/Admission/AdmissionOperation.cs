namespace Crescent.Grains.Mutation.Admission;

/// <summary>What is about to happen to an object.</summary>
internal enum AdmissionOperation
{
    Create,
    Update,
    Delete,
}
