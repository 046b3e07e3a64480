using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace TaskDashboard.App.People;

/// <summary>Identity's own store for people without roles of its making.</summary>
internal sealed class PersonStore(PeopleDbContext context, IdentityErrorDescriber? describer = null) : UserOnlyStore<Person, PeopleDbContext>(context, describer);
